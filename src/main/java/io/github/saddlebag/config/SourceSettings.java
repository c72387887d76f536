package io.github.saddlebag.config;

/** What all sources share, and callers inside the runtime. */
@Stage("source")
public record SourceSettings(
        @Property(value = "auto", text = """
                        Sets the format of files and streams. jsonl: one JSON value a line. json: one
                        JSON array, each element an item. csv: rows below a header, each an object of
                        strings. lines: each line a JSON string. document: JSON values in any layout,
                        usually one that is the whole file, or else one text; without an id it is
                        identified by the file's name. auto: decided by the file extension (.jsonl,
                        .ndjson, .csv), otherwise by the beginning: an array; a document if the first
                        value spans lines or is followed by another in its line; JSON lines if one of
                        the first ten lines looks like JSON; otherwise plain lines.""") String format,
        @Property(value = ",", text = """
                        Sets the character between the fields of a CSV file: one character that is
                        neither a letter nor a digit, such as ; or |, or the word tab or
                        \\t.""") String csvSeparator,
        @Property(value = "", text = """
                        Locates the array of items in a JSON document, by a JSON pointer such as /data
                        or /result/items. The document is read as a stream, and a run over it can be
                        resumed like one over an array. Empty: saddlebag.source.format alone
                        says what the items are.""") String pointer,
        @Property(value = "auto", text = """
                        Sets the character encoding of files and streams without a byte order mark,
                        which takes precedence: a name such as windows-1252, iso-8859-15 or utf-16le, or
                        auto for UTF-8. Bytes that are invalid in it end the reading; in UTF-8 only
                        their item fails.""") String encoding,
        @Property(value = "false", text = """
                        Reads files and streams as dead letters, whose items are sent again: true or
                        false. The command replay sets it.""") boolean deadLetters,
        @Property(value = "false", text = """
                        Sends all items of dead letters with new idempotency keys
                        (saddlebag.call.idempotency-header): true or false. With false, an item keeps
                        its key if its last request was not answered, as the endpoint may have processed
                        it.""") boolean newKeys,
        @Property(value = "16MB", text = """
                        Limits the size of a line, from 1B to 1GB. A longer line fails alone, as a dead
                        letter with its beginning. A large item counts more than once towards
                        saddlebag.batch.max-in-flight: once for each 16 KiB, or part of it.""") long maxLine,

        @Property(name = "direct.deliver", value = "false", text = """
                        Delivers the outcomes of lists that arrive by direct:saddlebag-items, and their
                        failed items as dead letters: true or false. In either case the outcomes are
                        returned to the caller.""")
        boolean directDeliver) {}
