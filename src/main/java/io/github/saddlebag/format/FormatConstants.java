package io.github.saddlebag.format;

/** Names of exchange properties. */
public final class FormatConstants {

    /** The {@code List<Item>} that the request was written for. */
    public static final String SENT = "SaddlebagSent";

    private FormatConstants() {}
}
