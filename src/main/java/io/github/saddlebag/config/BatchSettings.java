package io.github.saddlebag.config;

import java.time.Duration;

/** How items become batches. */
@Stage("batch")
public record BatchSettings(
        @Property(value = "100", min = "1", max = "1000000", text = """
                        Limits the items in a request, from 1 to 1000000. A batch with this many is sent
                        at once.""")
        int maxItems,

        @Property(value = "50ms", min = "0s", max = "1h", text = """
                        Limits how long the oldest item of a batch waits for others, from 0ms to 1h.
                        Then the batch is sent; until it can be, it accepts further items. A longer wait
                        delays single items, a shorter one makes smaller batches at low load.""")
        Duration maxWait,

        @Property(value = "5MB", text = """
                        Limits the size of a batch on the wire, from 1B. A larger item is sent alone.""") long maxBytes,
        @Property(value = "", text = """
                        Names the header of an item that has its correlation key. Items with different
                        keys never share a request. Empty: any items may. Items of files have no key.""") String keyHeader,
        @Property(value = "auto", text = """
                        Makes items with the same id wait for each other, so that a later change of a
                        record never overtakes an earlier one: `auto` for items of files and topics,
                        unless their requests are GET; `true` for those of callers too; `false` for
                        none. Waiting items count towards max-in-flight; items with other ids pass them.
                        Items of different sources do not wait for each other.""") String orderById,

        @Property(value = "5000", min = "1", max = "10000000", text = """
                        Limits the items without an outcome, over all sources and callers, from 1 to
                        10000000; a large item counts once for each 16 KiB, or part of it. At the limit,
                        sources and callers wait. It bounds the memory, how far a file is read ahead of
                        its results, and so how many items are sent again after a crash. If it is less
                        than max-items times saddlebag.call.concurrency, batches are not filled, or
                        requests wait for items.""")
        int maxInFlight,

        @Property(value = "true", text = """
                        Sends items that somebody waits for (callers over HTTP, routes, Java) before
                        those of topics and timers, and these before those of files: true or false. With
                        false, the order of arrival counts. With true, a tenth of max-in-flight is
                        reserved for callers as soon as there are some, and every tenth turn goes to the
                        items that were passed, so that none waits for ever.""") boolean callersFirst) {}
