package io.github.saddlebag.call;

import org.apache.camel.Exchange;

/** What came of a request, for the route that sent it. */
final class Verdict {

    /** Exchange property: {@code answered}, {@code split} or {@code failed}. */
    static final String PROPERTY = "SaddlebagVerdict";

    static final String ANSWERED = "answered";
    static final String SPLIT = "split";
    static final String FAILED = "failed";

    private Verdict() {}

    static void set(Exchange exchange, String verdict) {
        exchange.setProperty(PROPERTY, verdict);
    }
}
