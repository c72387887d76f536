package io.github.saddlebag.input;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.unpack.InputBytes;
import org.jspecify.annotations.Nullable;

/** How items stand in inputs, as it is configured. */
public final class InputForm {

    private int maxLine = 16 << 20;
    private boolean deadLetters;
    private @Nullable InputFormat format;
    private char separator = ',';
    private String encoding = "auto";
    private String pointer = "";

    /** What opens inputs. */
    public Inputs inputs() {
        return new Inputs(
                deadLetters ? InputFormat.JSONL : format,
                maxLine,
                separator,
                InputBytes.of(encoding),
                deadLetters ? "" : pointer());
    }

    /** What the items of an input depend on besides its bytes, in lines. */
    public String fingerprint(InputFormat is) {
        return fingerprint(is == InputFormat.CSV && separator != ',' ? is.word() + separator : is.word());
    }

    /** The same of several files, each of which may have a form of its own. */
    public String fingerprintOfList() {
        return fingerprint("list " + (format == null ? "auto" : format.word()) + separator);
    }

    private String fingerprint(String word) {
        String form = word;
        form += pointer.isEmpty() ? "" : " at " + pointer;
        form += encoding.equals("auto") ? "" : " " + encoding;
        return String.join("\n", form, "" + maxLine, "" + deadLetters);
    }

    private String pointer() {
        if (!pointer.isEmpty() && format != null && format != InputFormat.JSON) {
            throw Setting.bad(
                    "source.pointer",
                    pointer,
                    "the format is " + format.word()
                            + ", and only a JSON document has arrays in it: leave one of them out.");
        }
        return pointer;
    }

    /** Whether inputs are dead letters, whose items are sent again. */
    public boolean isDeadLetters() {
        return deadLetters;
    }

    /** Whether files are dead letters, whose items are sent again. */
    public void setDeadLetters(boolean deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** The longest line, with a unit; at most 1GB. */
    public void setMaxLine(long maxLine) {
        this.maxLine = (int) Math.min(1L << 30, maxLine);
    }

    /** How items stand in inputs: {@code auto}, {@code jsonl}, {@code json}, {@code csv} or {@code lines}. */
    public void setFormat(String format) {
        this.format = InputFormat.isGiven(format) ? InputFormat.given(format) : null;
    }

    /** What stands between the fields of a CSV file: one character, or {@code tab}. */
    public void setCsvSeparator(String word) {
        String one = word.equals("tab") ? "\t" : word;
        char c = one.length() == 1 ? one.charAt(0) : 0;
        if (c != '\t' && (c <= ' ' || c >= 127 || c == '"' || Character.isLetterOrDigit(c))) {
            throw Setting.bad("source.csv-separator", word, "give one character, such as ; or |, or the word tab.");
        }
        separator = c;
    }

    /** Where the array of the items stands in JSON documents, as a JSON pointer; empty: it is the document. */
    public void setPointer(String to) {
        if (!to.isEmpty() && !to.startsWith("/")) {
            throw Setting.bad("source.pointer", to, "give a JSON pointer, such as /data or /result/items.");
        }
        pointer = to;
    }

    /** The encoding of inputs that do not begin with a mark that says it; {@code auto}: UTF-8. */
    public void setEncoding(String name) {
        InputBytes.of(name);
        encoding = name;
    }
}
