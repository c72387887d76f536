package io.github.saddlebag.stats;

import java.util.Locale;

/**
 * What kind of failure it is, of few, for metrics and for whoever groups failures; and what is to be done about it. At
 * most 20 of them.
 */
public enum Reason {
    INVALID_ITEM("Mend the item: it could not be sent as it is."),
    NOT_ALLOWED("Allow where the item asks to be sent (saddlebag.call.allow-hosts), or mend its address."),
    THROTTLED("Send more slowly (--rate, --concurrency), or wait longer (saddlebag.call.deadline); then replay."),
    UNAUTHORIZED("Check the credentials and what they allow (--header, saddlebag.auth.*); then replay."),
    NOT_FOUND("Check the address (--url), or the item's own."),
    REFUSED("Mend what the endpoint says is wrong with the item, or with the form of the request; then replay."),
    SERVER_ERROR("Replay when the endpoint is well again; more attempts: saddlebag.call.max-attempts."),
    TIMEOUT("Give it more time (saddlebag.call.response-timeout) or smaller batches (--batch-size); then replay."),
    CONNECTION("Check address, network and proxy; then replay."),
    UNREADABLE(
            "Check what the endpoint answers: saddlebag check --answer FILE; form and pointers are saddlebag.answer.*."),
    TOO_LARGE("Make the item smaller, or allow more (saddlebag.answer.max-bytes)."),
    ITEM_REFUSED("Mend the item as the endpoint says; then replay."),
    NO_ANSWER("Check how answers are matched (--answer-id, saddlebag.answer.match); then replay."),
    AMBIGUOUS("Check how answers are matched (--answer-id, saddlebag.answer.match): it may be done."),
    JOB_FAILED("Ask the endpoint about the job; then replay. A longer time: saddlebag.job.deadline."),
    CALLER_TIMEOUT("Wait longer (saddlebag.source.http.reply-timeout, replyTimeout), or call more at once."),
    CALLER_GONE("Nothing: nobody waits for the answer."),
    NOT_NOW("Send it again later."),
    INTERNAL("See the log of the time; then replay."),
    OTHER("See the dead letter; then replay.");

    private final String cure;

    Reason(String cure) {
        this.cure = cure;
    }

    /** As a tag of metrics, and in dead letters. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is to be done about it, in a sentence. */
    public String cure() {
        return cure;
    }

    /** That of a response with such a status that is no answer. */
    public static Reason ofStatus(int status) {
        return switch (status) {
            case 401, 403, 407 -> UNAUTHORIZED;
            case 404, 405, 410 -> NOT_FOUND;
            case 408, 504 -> TIMEOUT;
            case 413 -> TOO_LARGE;
            case 429 -> THROTTLED;
            default -> status >= 500 ? SERVER_ERROR : REFUSED;
        };
    }
}
