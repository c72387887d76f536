package io.github.saddlebag.input;

import io.github.saddlebag.config.SourceSettings;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.unpack.InputBytes;
import org.jspecify.annotations.Nullable;

/** How items stand in inputs, as it is configured. */
public final class InputForm {

    private final int maxLine;
    private final @Nullable InputFormat format;
    private final char separator;
    private final String encoding;
    private final String pointer;
    private boolean deadLetters;

    public InputForm(SourceSettings settings) {
        maxLine = Setting.arrayLength(settings.maxLine());
        deadLetters = settings.deadLetters();
        format = InputFormat.given(settings.format());
        separator = separator(settings.csvSeparator());
        encoding = settings.encoding();
        InputBytes.of(encoding);
        pointer = settings.pointer();
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw Setting.bad("source.pointer", pointer, "give a JSON pointer, such as /data or /result/items.");
        }
    }

    private static char separator(String word) {
        // of \t, as others write it, Camel hands on the letter alone
        String one = word.equals("tab") || word.equals("\\t") || word.equals("t") ? "\t" : word;
        char c = one.length() == 1 ? one.charAt(0) : 0;
        if (c != '\t' && (c <= ' ' || c >= 127 || c == '"' || Character.isLetterOrDigit(c))) {
            throw Setting.bad("source.csv-separator", word, "give one character, such as ; or |, or the word tab.");
        }
        return c;
    }

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
}
