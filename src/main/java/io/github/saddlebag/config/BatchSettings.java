package io.github.saddlebag.config;

import java.time.Duration;

/** How items become batches. */
@Stage("batch")
public record BatchSettings(
        @Property(value = "100", min = "1", max = "1000000", text = """
                        The most items in a request, from 1 to 1000000. A batch that has so many
                        leaves at once.""")
        int maxItems,

        @Property(value = "50ms", min = "0s", max = "1h", text = """
                        How long the oldest item of a batch waits for company, from 0ms to 1h; then the
                        batch leaves as it is, or takes what comes until it can be sent. The price of
                        a single item in latency, and of a low load in small batches.""")
        Duration maxWait,

        @Property(value = "5MB", text = """
                        The most bytes of a batch on the wire, from 1B. An item that is larger goes
                        alone.""") long maxBytes,
        @Property(value = "", text = """
                        The header of an item whose value is its correlation key: items of different
                        keys never share a request. Empty: all items may. A file's items have none.""") String keyHeader,
        @Property(value = "auto", text = """
                        Whether items of one id wait for each other, so that later changes of a record
                        never overtake earlier ones: `auto`, items of files and topics, unless their
                        requests are GET; `true`, those of callers too; `false`, none. Those who wait
                        keep their places; items of other ids pass them. Ids of different sources are
                        different.""") String orderById,

        @Property(value = "5000", min = "1", max = "10000000", text = """
                        The most items without a fate, over all sources and callers, from 1 to
                        10000000; an item takes one place for each 16 KiB begun. When all are taken,
                        sources and callers wait. It bounds the memory, how far a file is read ahead
                        of its results, and so what is sent again after a crash. Below max-items times saddlebag.call.concurrency,
                        batches leave half full or calls have nothing to do.""")
        int maxInFlight,

        @Property(value = "true", text = """
                        Whether items that somebody waits for (callers over HTTP, routes, Java) go
                        before those of topics and timers, and these before those of files: true or
                        false, who comes first goes first. A tenth of max-in-flight is kept for
                        callers as soon as some come. Of ten turns one is for those who were passed,
                        so that nobody waits for ever.""") boolean callersFirst) {}
