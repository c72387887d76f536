package io.github.saddlebag.wire;

import io.github.saddlebag.format.WireFormat;

/** Gives the format that was chosen by its name the one name by which the other beans know it. */
public final class ChosenFormat {

    private ChosenFormat() {}

    /** The same format. */
    public static WireFormat of(WireFormat format) {
        return format;
    }
}
