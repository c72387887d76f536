package io.github.saddlebag.config;

import java.time.Duration;

/** Watch lists. */
@Stage("source.timer")
public record TimerSettings(
        @Property(value = "false", text = """
                        Whether the items of a watch list are sent again and again: true or false.""") boolean enabled,
        @Property(value = "watch-list.jsonl", text = """
                        The watch list: a file of JSON lines, or classpath: and a resource. It is read
                        anew in each turn.""") String list,
        @Property(value = "1m", min = "1ms", text = """
                        How long from the begin of a turn to that of the next, at least 1ms. A turn is
                        skipped, and counted, while the one before is under way.""") Duration period) {}
