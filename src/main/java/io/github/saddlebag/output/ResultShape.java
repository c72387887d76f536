package io.github.saddlebag.output;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.template.Merge;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How results stand in their file.
 *
 * @param form the file's format
 * @param details whether {@code success}, {@code status}, {@code url}, {@code attempts}, {@code time} and {@code source} are added
 * @param only which items have a line
 * @param merge puts answers into their items; null: they stand beside the id
 * @param columns those of CSV and TSV; empty: those of the first item and its answer
 * @param safe whether cells that a spreadsheet could take for a formula are defused
 */
public record ResultShape(
        Form form, boolean details, Only only, @Nullable Merge merge, List<String> columns, boolean safe) {

    /** @throws IllegalArgumentException details would have to stand within items */
    public ResultShape {
        if (details && merge != null && !form.isTable()) {
            throw Setting.bad(
                    "deliver.details",
                    "true",
                    "a line that is the item itself (saddlebag.deliver.merge, --merge) has no place for them: leave out"
                            + " --details, or write CSV.");
        }
    }

    /** JSON lines. */
    public static final ResultShape LINES = new ResultShape(Form.JSONL, false, Only.ALL, null, List.of(), false);

    /** The format of the file. */
    public enum Form {
        /** An object a line. */
        JSONL,
        /** An array of such objects. */
        JSON,
        CSV,
        TSV;

        /** @param file the result file, whose ending decides where the format is {@code auto}; {@code -}: JSON lines */
        public static Form of(String text, String file) {
            String name = text.trim().toLowerCase(Locale.ROOT);
            if (name.equals("auto") || name.isEmpty()) {
                String lower = file.toLowerCase(Locale.ROOT);
                return Stream.of(JSON, CSV, TSV)
                        .filter(form -> lower.endsWith('.' + form.ending()))
                        .findFirst()
                        .orElse(JSONL);
            }
            return Stream.of(values())
                    .filter(form -> form.ending().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Setting.bad("deliver.format", text, "give auto, jsonl, json, csv or tsv."));
        }

        /** Whether it has columns. */
        public boolean isTable() {
            return this == CSV || this == TSV;
        }

        /** What the names of such files end with. */
        public String ending() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which items have a line. */
    public enum Only {
        ALL,
        OK,
        FAILED;

        /** By its name, or all where it is empty. */
        public static Only of(String text) {
            return switch (text.trim().toLowerCase(Locale.ROOT)) {
                case "", "all" -> ALL;
                case "ok" -> OK;
                case "failed" -> FAILED;
                default -> throw Setting.bad("deliver.only", text, "give all, ok or failed.");
            };
        }
    }

    /** The same with other details. */
    public ResultShape details(boolean told) {
        return new ResultShape(form, told, only, merge, columns, safe);
    }

    /** @throws IllegalArgumentException a column is named twice */
    public void checkColumns() {
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (!seen.add(column)) {
                throw Setting.bad("deliver.columns", String.join(",", columns), column + " is named twice.");
            }
        }
    }

    /** Whether the file has columns. */
    boolean isTable() {
        return form.isTable();
    }

    /**
     * What makes rows of the lines of {@link ResultLines}.
     *
     * @param inputColumns those of the input's header, where it has one
     */
    public Rows rows(List<String> inputColumns) {
        return switch (form) {
            case JSONL -> Rows.LINES;
            case JSON -> new ArrayRows();
            case CSV -> new TableRows(this, ',', inputColumns);
            case TSV -> new TableRows(this, '\t', inputColumns);
        };
    }
}
