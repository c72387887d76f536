package io.github.saddlebag.call;

import org.apache.camel.Exchange;

/** What came of a request, for the route that sent it. */
public final class Verdict {

    /** Exchange property: {@code answered}, {@code split}, {@code failed} or {@code aside}; of a job before that one of the others. */
    static final String PROPERTY = "SaddlebagVerdict";

    static final String ANSWERED = "answered";
    static final String SPLIT = "split";
    static final String FAILED = "failed";

    /** A half lets the other one go first. */
    static final String ASIDE = "aside";

    /** The job is to be submitted. */
    static final String SUBMIT = "submit";

    /** The job is to be asked for. */
    static final String PENDING = "pending";

    /** A request of the job is under way; it stays so where a stop ended it. */
    static final String ASKED = "asked";

    private Verdict() {}

    /** Whether the request was answered; in Java, for it is asked for each item where every item is a request. */
    public static boolean isAnswered(Exchange exchange) {
        return ANSWERED.equals(exchange.getProperty(PROPERTY, String.class));
    }

    static void set(Exchange exchange, String verdict) {
        exchange.setProperty(PROPERTY, verdict);
    }
}
