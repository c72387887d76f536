package io.github.saddlebag.input;

import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How items stand in an input. */
public enum InputFormat {
    /** JSON lines: each line one JSON value. */
    JSONL,
    /** One JSON array, each element an item. */
    JSON,
    /** Rows below a header, each an object of strings. */
    CSV,
    /** Plain text, each line a JSON string. */
    LINES,
    /** JSON values of any layout, as a rule one that is the whole file; or one text. */
    DOCUMENT;

    /** How much is looked at, at most, to find the format out. */
    static final int SAMPLE = 1 << 16;

    private static final int LINES_LOOKED_AT = 10;
    private static final Pattern SCALAR =
            Pattern.compile("(-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?|true|false|null)\\s*", Pattern.DOTALL);

    /** What {@code saddlebag.source.format} says; null: it is to be found out. */
    static @Nullable InputFormat given(String value) {
        if (value.trim().equals("auto")) {
            return null;
        }
        for (InputFormat format : values()) {
            if (format.word().equals(value.trim())) {
                return format;
            }
        }
        throw Setting.bad("source.format", value, "give auto, jsonl, json, csv, lines or document.");
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the end of a file's name; null: it says nothing for sure. */
    static @Nullable InputFormat byName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
            return JSONL;
        }
        return lower.endsWith(".csv") || lower.endsWith(".tsv") ? CSV : null;
    }

    /**
     * By the beginning of an input. Lines are JSON as soon as one of the first looks like it: a first line that is broken
     * does not make plain text of the others.
     *
     * @param text its first bytes, each as a character
     * @param json whether its name says that it is JSON
     */
    static InputFormat byContent(String text, boolean json) {
        String from = text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text;
        if (from.stripLeading().startsWith("[")) {
            return isOneArray(from.stripLeading()) ? JSON : JSONL;
        }
        if (from.stripLeading().startsWith("{") && FirstValue.of(from) == FirstValue.OF_ANY_LAYOUT) {
            return DOCUMENT;
        }
        return json || from.isBlank() || looksLikeJson(from) ? JSONL : LINES;
    }

    /** Whether it is a number, true, false or null. */
    static boolean isScalar(String text) {
        return SCALAR.matcher(text).matches();
    }

    private static boolean looksLikeJson(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .limit(LINES_LOOKED_AT)
                .anyMatch(line -> "{[\"".indexOf(line.charAt(0)) >= 0
                        || SCALAR.matcher(line).matches());
    }

    /** Whether it is one array, and not a first line that is a small array by itself and is followed by others. */
    private static boolean isOneArray(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"' && c != '\n';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth--;
                if (depth == 0) {
                    return text.substring(i + 1).isBlank();
                }
            }
        }
        return true;
    }

    /** Whether no more needs to be known, whatever follows. */
    private static boolean isDecided(String text) {
        String from = text.stripLeading();
        if (from.startsWith("[")) {
            return !isOneArray(from);
        }
        if (from.startsWith("{") && FirstValue.of(from) == FirstValue.OF_ANY_LAYOUT && !from.endsWith("}\n")) {
            // whether what is broken here is a line, or a document that goes on
            return false;
        }
        String lines = text.substring(0, text.lastIndexOf('\n') + 1);
        return looksLikeJson(lines) || lines.lines().count() >= LINES_LOOKED_AT;
    }

    /** Reads as much of a stream as it takes to find its format out. */
    static Beginning sample(InputStream in) throws IOException {
        return Beginning.of(in, SAMPLE, bytes -> isDecided(new String(bytes, StandardCharsets.ISO_8859_1)));
    }
}
