package io.github.saddlebag.format;

import io.github.saddlebag.setting.Setting;
import java.util.Arrays;
import java.util.Locale;

/** By what an answer is known to belong to an item. */
public enum Correlation {
    /** The answer repeats the item's id. */
    ID,
    /** The n-th answer belongs to the n-th item. */
    POSITION,
    /** The answer has the index of its item in the request, from 0. */
    INDEX,
    /** The answer repeats the item's input, or a part of it that is not a mere id. */
    ECHO,
    /** The response is an object that has an item's id as the name and its answer as the value. */
    MAP,
    /** Only failures are answered, each with the id or the index of its item; what is not among them is done. */
    FAILURES;

    /** Whether equal ids must not stand in one batch, for items that are not the same may have them. */
    public boolean needsUniqueIds() {
        return this == ID || this == MAP;
    }

    /** Whether an item cannot be told from the others without an id. */
    boolean needsIds() {
        return this != POSITION && this != INDEX;
    }

    public static Correlation of(String noun, String text) {
        try {
            return valueOf(text.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Setting.bad(
                    noun,
                    text,
                    "give one of "
                            + Arrays.stream(values())
                                    .map(c -> c.name().toLowerCase(Locale.ROOT))
                                    .toList()
                            + ".");
        }
    }
}
