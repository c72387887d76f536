package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Map;

/** Where outcomes go. */
@Stage("deliver")
public record DeliverSettings(
        @Property(value = "file", text = """
                        The destination of outcomes: file, a line in a result file; kafka, a record in
                        saddlebag.deliver.kafka.topic; direct, a message to
                        saddlebag.deliver.direct.to; none; or one that saddlebag.deliver.destination
                        names.""") String to,

        @Property(example = "eu=file:outbox/eu.jsonl", text = """
                        A destination by its name, as many as are needed: file: and a path, one file that
                        result lines are appended to; kafka: and a topic; direct: and a name, or any other
                        endpoint of Camel, which gets a message for each result line.""")
        Map<String, String> destination,

        @Property(value = "outbox", text = """
                        The folder for NAME.results.jsonl and NAME.failed.jsonl, one pair for each
                        input; before a later input of the same name they are moved aside. As long as an input is
                        unfinished, NAME.results.jsonl.checkpoint tells how far it has come. What comes
                        from no file has a pair for each source (a topic, say; items, for callers inside
                        the runtime), which is appended to and locked: each process needs a folder of
                        its own.""") String directory,
        @Property(value = "", text = """
                        One result file instead; - is standard output; empty: one in the folder for
                        each input. Each input of the inbox appends its part, and so does what comes
                        from no file.""") String file,
        @Property(value = "true", text = """
                        Whether results stand in the order of the input: true or false. In order, a
                        late result holds back those behind it: they are kept on the disk until then.""") boolean ordered,
        @Property(value = "1GB", text = """
                        How much may be kept on the disk, beside the checkpoint of a file, of answers
                        that wait for an earlier item's, with a unit; also at most 1,000,000 items.
                        When that is reached, reading waits.""") long keep,
        @Property(value = "false", text = """
                        Whether result lines tell success, status, url, attempts, time (when the item was
                        answered, or failed) and source (its file, topic or list; null: a caller inside
                        the runtime) as well: true or false.""") boolean details,
        @Property(value = "", text = """
                        When a file that is appended to without an end (results and dead letters of
                        topics, timers and callers, and destinations that are files) makes way for a new
                        one: a size (100MB), a period (1d, 1h) in UTC, or both with a comma between them.
                        The old one gets the time behind its name. Empty: never.""") String roll,
        @Property(value = "auto", text = """
                        The format of result files: jsonl, a line of JSON for each item; json, an array;
                        csv; tsv; or auto, by the ending of saddlebag.deliver.file, and jsonl where that
                        says nothing. Sources without an end (topics, timers, callers) write jsonl.""") String format,
        @Property(value = "", text = """
                        The columns of csv and tsv, separated by commas: id, error, item, result, names
                        of the item's members, or of the answer's as result.NAME; dots lead into nested
                        ones. Empty: id, the members of the first item that is answered and of its answer,
                        and error. They stay the same for the whole file.""") String columns,
        @Property(value = "false", text = """
                        With csv and tsv, whether texts that begin with = + - @ get an apostrophe before
                        them, so that no spreadsheet takes them for formulas: true or false.""") boolean csvSafe,
        @Property(value = "all", text = """
                        Which items have a line in result files: all, ok or failed. Dead letters and
                        counts are those of all.""") String only,
        @Property(value = "", text = """
                        A JSON pointer at which an answer is put into its item; the item is the line then.
                        An item that has something there already, or no object around it, fails before
                        it is sent; its line is that of any failed item. Empty: answers stand beside the id.""") String merge,
        @Property(value = "false", text = """
                        Whether the answer may replace what the item has there: true or false.""") boolean mergeOverwrite,
        @Property(value = "", text = """
                        The header of an item that chooses another destination for its outcome, by one
                        of the names that saddlebag.deliver.to may have, or by several with commas
                        between them; empty: none does. What it says else is not followed, with a warning
                        at most once a minute: see saddlebag.deliver.unlisted.""") String toHeader,
        @Property(value = "deliver-to", text = """
                        What becomes of an outcome whose choice is not listed: deliver-to, it goes to
                        saddlebag.deliver.to; or dead-letter, it becomes a dead letter, and a line of an
                        error there.""") String unlisted,
        @Property(value = "", text = """
                        An expression in Camel's simple language that chooses, by the same names, where
                        the header does not; empty: none. It sees the item as its body, the item's
                        headers, and the header SaddlebagFailed, true or false; for example
                        ${iif(${header.SaddlebagFailed},none,kafka)}. Dead letters are written in
                        any case.""") String toRule,

        @Property(name = "direct.to", value = "direct:saddlebag-results", text = """
                        The Camel endpoint of the destination direct: it is sent each result line as a
                        message of its own, and what it throws is a failed delivery.""")
        String directTo,

        @Property(name = "kafka.enabled", value = "false", text = """
                        Whether there is the destination kafka: true or false. It needs camel-kafka.""")
        boolean kafkaEnabled,

        @Property(name = "kafka.brokers", value = "127.0.0.1:9092", text = """
                        The brokers for results and dead letters, host:port, separated by commas.""")
        String kafkaBrokers,

        @Property(name = "kafka.topic", value = "results", text = """
                        The topic for results: records of one result line each, with the key and the
                        headers of the record that the item was; else with the item's id as the key.""")
        String kafkaTopic,

        @Property(value = "500ms", text = """
                        The wait before a delivery that failed (a full disk, a broker that is down) is
                        tried again, more than 0s; it doubles from failure to failure. The source waits
                        meanwhile, unacknowledged, and no call is made again for these items.""") Duration backOff,
        @Property(value = "10s", text = """
                        No wait between two tries is longer; more than 0s.""") Duration maxBackOff,
        @Property(value = "24h", min = "0s", text = """
                        How long a delivery is tried, 0s or more; then its source fails, which does its
                        items again. A file that process or replay reads is broken off then, and can be
                        gone on with; those of an inbox are put off until they can be written.""") Duration retryFor) {}
