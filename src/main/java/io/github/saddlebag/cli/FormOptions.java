package io.github.saddlebag.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How items stand in an input; the options of every command that reads one. */
final class FormOptions {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "auto, jsonl (JSON lines), json (an array), csv (with a header),"
                    + " lines (plain text) or document (JSON of any layout)")
    private @Nullable String format;

    @Option(
            names = "--csv-separator",
            paramLabel = "C",
            description = "the separator of a CSV file: a character, such as ';', or tab (,)")
    private @Nullable String separator;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "encoding of inputs without a byte order mark, such as windows-1252 or utf-16le (UTF-8)")
    private @Nullable String encoding;

    @Option(
            names = "--input-pointer",
            paramLabel = "POINTER",
            description = "items are the elements of the array at this JSON pointer of a document, such as /data")
    private @Nullable String pointer;

    void addTo(Map<String, String> properties) {
        EndpointOptions.put(properties, "saddlebag.source.format", format);
        EndpointOptions.put(properties, "saddlebag.source.pointer", pointer);
        EndpointOptions.put(properties, "saddlebag.source.encoding", encoding);
        EndpointOptions.put(properties, "saddlebag.source.csv-separator", separator);
    }
}
