package io.github.saddlebag.config;

/** What all sources share, and callers inside the runtime. */
@Stage("source")
public record SourceSettings(
        @Property(value = "auto", text = """
                        How items stand in files and streams: jsonl, each line one JSON value; json,
                        one JSON array, each element an item; csv, rows below a header, each an object
                        of strings; lines, each line a JSON string; document, JSON values of any layout,
                        as a rule one that is the whole file, or else one text, known by the file's name
                        where it has no id. auto goes by the end of the name (.jsonl, .ndjson, .csv) and
                        otherwise by the beginning: an array, a document where the first value spans
                        lines or another follows in its line, JSON lines as soon as one of the first ten
                        looks like JSON, or else plain lines.""") String format,
        @Property(value = ",", text = """
                        What stands between the fields of a CSV file: one character that is no letter
                        and no figure, such as ; or |, or the word tab.""") String csvSeparator,
        @Property(value = "", text = """
                        Where in JSON documents the array of the items stands: a JSON pointer, such as
                        /data or /result/items. The document is read as a stream, and gone on with like
                        an array. Empty: the document is the array, if saddlebag.source.format says so.""") String pointer,
        @Property(value = "auto", text = """
                        The encoding of files and streams that do not begin with a mark of Unicode, which
                        counts before it: a name such as windows-1252, iso-8859-15 or utf-16le; auto:
                        UTF-8. Bytes that are no text in it end the reading; in UTF-8 their item fails.""") String encoding,
        @Property(value = "false", text = """
                        Whether files and streams are dead letters, whose items are sent again: true
                        or false. The command replay sets it.""") boolean deadLetters,
        @Property(value = "false", text = """
                        Whether all items of dead letters are sent under new keys
                        (saddlebag.call.idempotency-header): true or false. Otherwise those whose last
                        request was not answered keep theirs, as the endpoint may have done it.""") boolean newKeys,
        @Property(value = "16MB", text = """
                        The most bytes of a line, from 1B to 1GB. A longer line fails by itself, as a
                        dead letter with its beginning; a longer item takes more places of
                        saddlebag.batch.max-in-flight, one for each 16 KiB begun.""") long maxLine,

        @Property(name = "direct.deliver", value = "false", text = """
                        Whether lists of items that came by direct:saddlebag-items are delivered as
                        well, their failed items as dead letters: true or false. The outcomes go back
                        to the caller anyway.""")
        boolean directDeliver) {}
