package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Map;

/** Where outcomes go. */
@Stage("deliver")
public record DeliverSettings(
        @Property(value = "file", text = """
                        Sets the destination of outcomes: file, a line in a result file; kafka, a record
                        in saddlebag.deliver.kafka.topic; direct, a message to
                        saddlebag.deliver.direct.to; none; or the name of a
                        saddlebag.deliver.destination.""") String to,

        @Property(example = "eu=file:outbox/eu.jsonl", text = """
                        Defines a destination by its name; set one property for each. file: and a path:
                        a file that result lines are appended to. kafka: and a topic. direct: and a
                        name, or any other Camel endpoint: it gets a message for each result line.""")
        Map<String, String> destination,

        @Property(value = "outbox", text = """
                        Sets the folder for NAME.results.jsonl and NAME.failed.jsonl, one pair for each
                        input; before a later input of the same name they are moved aside. While an
                        input is unfinished, NAME.results.jsonl.checkpoint records its progress. Items
                        that come from no file have a pair for each source (such as a topic, or items,
                        for callers inside the runtime), which is appended to and locked: each process
                        needs a folder of its own.""") String directory,
        @Property(value = "", text = """
                        Writes all results to this one file instead; - is standard output. Empty: one
                        file in the folder for each input. Each input of the inbox appends its part, and
                        so do sources other than files.""") String file,
        @Property(value = "true", text = """
                        Writes results in the order of the input: true or false. With true, a late
                        result holds back those behind it, which are kept on disk until then.""") boolean ordered,
        @Property(value = "1GB", text = """
                        Limits the size of the answers that are kept on disk, beside the checkpoint of a
                        file, while they wait for the answer of an earlier item, from 1B. At most
                        1,000,000 answers are kept. At either limit, reading waits.""") long keep,
        @Property(value = "false", text = """
                        Adds to each result line success, status, url, attempts, time (when the item was
                        answered or failed) and source (its file, topic or list; null for a caller
                        inside the runtime): true or false.""") boolean details,
        @Property(value = "", text = """
                        Sets when a file that is appended to without end is replaced by a new one: a
                        size (100MB), a period (1d, 1h) in UTC, or both, separated by a comma. Such
                        files are results and dead letters of topics, timers and callers, and
                        destinations that are files. The old file gets the time added to its name.
                        Empty: never.""") String roll,
        @Property(value = "auto", text = """
                        Sets the format of result files: jsonl, a line of JSON for each item; json, an
                        array; csv; tsv; or auto, by the extension of saddlebag.deliver.file, otherwise
                        jsonl. Sources without an end (topics, timers, callers) always write jsonl.""") String format,
        @Property(value = "", text = """
                        Lists the columns of csv and tsv, separated by commas: id, error, item, result,
                        the names of the item's members, or of the answer's as result.NAME; dots lead to
                        nested members. Empty: id, the columns of a CSV input or the members of an item,
                        those of the first good answer, and error. They stay the same for the whole file.""") String columns,
        @Property(value = "false", text = """
                        Puts an apostrophe before texts in csv and tsv that begin with = + - @, so that
                        spreadsheets do not treat them as formulas: true or false.""") boolean csvSafe,
        @Property(value = "all", text = """
                        Selects the items that have a line in result files: all, ok or failed. Dead
                        letters and counts always include all.""") String only,
        @Property(value = "", text = """
                        Puts each answer into its item at this JSON pointer, and writes the item as the
                        line. An item that already has a value there, or no object around it, fails
                        before it is sent, with the usual line of a failed item. Empty: the answer
                        stands beside the id.""") String merge,
        @Property(value = "false", text = """
                        Lets the answer replace a value that the item has there: true or false.""") boolean mergeOverwrite,
        @Property(value = "", text = """
                        Names the header of an item that chooses other destinations for its outcome: one
                        of the names that saddlebag.deliver.to may have, or several, separated by
                        commas. Empty: none. Other values are ignored, with a warning at most once a
                        minute: see saddlebag.deliver.unlisted.""") String toHeader,
        @Property(value = "deliver-to", text = """
                        Sets what happens to an outcome whose chosen destination does not exist.
                        deliver-to: it goes to saddlebag.deliver.to. dead-letter: it becomes a dead
                        letter, and its line in the results is an error.""") String unlisted,
        @Property(value = "", text = """
                        Chooses the destination by an expression in Camel's simple language, with the
                        same names, if the header does not; empty: none. Its body is the item, and it
                        sees the item's headers and the header SaddlebagFailed, true or false; for
                        example ${iif(${header.SaddlebagFailed},none,kafka)}. Dead letters are written
                        in any case.""") String toRule,

        @Property(name = "direct.to", value = "direct:saddlebag-results", text = """
                        Sets the Camel endpoint of the destination direct, which gets each result line
                        as a message. If it throws, the delivery has failed.""")
        String directTo,

        @Property(name = "kafka.enabled", value = "false", text = """
                        Provides the destination kafka: true or false. This needs camel-kafka.""")
        boolean kafkaEnabled,

        @Property(name = "kafka.brokers", value = "127.0.0.1:9092", text = """
                        Names the brokers for results and dead letters, as host:port, separated by
                        commas.""")
        String kafkaBrokers,

        @Property(name = "kafka.topic", value = "results", text = """
                        Names the topic for results. Each record has one result line, and the key and
                        the headers of the record that the item was; other items have their id as the
                        key.""")
        String kafkaTopic,

        @Property(value = "500ms", text = """
                        Sets the wait before a failed delivery (a full disk, an unavailable broker) is
                        repeated, more than 0s. It doubles with each failure. Meanwhile the source waits
                        without an acknowledgement, and the endpoint is not called again for these
                        items.""") Duration backOff,
        @Property(value = "10s", text = """
                        Limits the wait between two attempts to deliver, more than 0s.""") Duration maxBackOff,
        @Property(value = "24h", min = "0s", text = """
                        Limits how long a delivery is attempted, 0s or more; then its source fails, and
                        sends its items again. A run of process or replay ends then, and can be resumed;
                        files of an inbox are put off until they can be written.""") Duration retryFor) {}
