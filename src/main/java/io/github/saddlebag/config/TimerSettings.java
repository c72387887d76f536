package io.github.saddlebag.config;

import java.time.Duration;

/** Watch lists. */
@Stage("source.timer")
public record TimerSettings(
        @Property(value = "false", text = """
                        Sends the items of a watch list again and again: true or false.""") boolean enabled,
        @Property(value = "watch-list.jsonl", text = """
                        Names the watch list: a file of JSON lines, or classpath: and a resource. It is
                        read again in each round.""") String list,
        @Property(value = "1m", min = "1ms", text = """
                        Sets the time from the start of a round to the start of the next, at least 1ms.
                        If the round before is still in progress, a round is skipped and counted.""") Duration period) {}
