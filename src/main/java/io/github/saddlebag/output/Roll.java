package io.github.saddlebag.output;

import io.github.saddlebag.setting.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a file that is appended to without an end makes way for a new one of its name.
 *
 * @param bytes the largest file, unless what is written at once is larger; 0: of any size
 * @param millis the length of the periods, counted from 1970 in UTC, that have a file each; 0: there are none
 */
public record Roll(long bytes, long millis) {

    public static final Roll NEVER = new Roll(0, 0);

    private static final Pattern DAYS = Pattern.compile("(\\d{1,4})\\s*d");
    private static final String RULE =
            "give a size (100MB), a period (1d, 1h), or both with a comma between them; empty: never.";

    /** What {@code deliver.roll} says: a size, a period, or both with a comma between them. */
    public static Roll of(String text) {
        List<String> words = Setting.words(text);
        Roll roll = NEVER;
        for (String word : words) {
            if (word.toUpperCase(Locale.ROOT).endsWith("B")) {
                roll = new Roll(once(roll.bytes, text, Setting.bytes("deliver.roll", word)), roll.millis);
            } else {
                roll = new Roll(roll.bytes, once(roll.millis, text, period(word, text)));
            }
        }
        return roll;
    }

    private static long once(long before, String text, long now) {
        if (before != 0) {
            throw Setting.bad("deliver.roll", text, RULE);
        }
        return now;
    }

    private static long period(String word, String text) {
        Matcher days = DAYS.matcher(word);
        if (!days.matches() && !word.matches("\\d+(\\.\\d+)?(us|ms|s|m|h)")) {
            throw Setting.bad("deliver.roll", text, RULE);
        }
        Duration period = days.matches()
                ? Duration.ofDays(Long.parseLong(days.group(1)))
                : Setting.duration("deliver.roll", word);
        if (period.toSeconds() < 1) {
            throw Setting.bad("deliver.roll", text, "a period is at least 1s.");
        }
        return period.toMillis();
    }

    /**
     * Whether what is written next begins a new file.
     *
     * @param length how long the file is; one that is empty stays
     * @param more how much is written next
     * @param last when it was written to before, in milliseconds since 1970
     */
    public boolean isDue(long length, long more, long last, long now) {
        return length > 0
                && (bytes > 0 && length + more > bytes
                        || millis > 0 && Math.floorDiv(last, millis) < Math.floorDiv(now, millis));
    }
}
