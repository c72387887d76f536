package io.github.saddlebag.format;

/** Names of exchange properties and headers. */
public final class FormatConstants {

    /** The {@code List<Item>} that the request was written for. */
    public static final String SENT = "SaddlebagSent";

    /** Exchange property of a request by GET: what is added to the query of the address. */
    public static final String QUERY = "SaddlebagQuery";

    /** The header of a written request that says which media types its response may have. */
    public static final String ACCEPT = "Accept";

    private FormatConstants() {}
}
