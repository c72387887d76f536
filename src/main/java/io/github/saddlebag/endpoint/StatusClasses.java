package io.github.saddlebag.endpoint;

import io.github.saddlebag.config.RetrySettings;
import io.github.saddlebag.setting.Setting;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which HTTP statuses (RFC 9110 15) mean what. A status that stands in several lists belongs to the first of them. */
public final class StatusClasses {

    /** Accepted (RFC 9110 15.3.3): taken on, and not done yet. */
    public static final int ACCEPTED = 202;

    public static final int UNAUTHORIZED = 401;

    /** Conflict (RFC 9110 15.5.10); to a repeated key: the first request is still under way. */
    public static final int CONFLICT = 409;

    static final int FORBIDDEN = 403;

    /** Too Many Requests (RFC 6585 4). */
    static final int TOO_MANY = 429;

    static final int UNAVAILABLE = 503;

    /** Content Too Large (RFC 9110 15.5.14). */
    public static final int TOO_LARGE = 413;

    private static final String NOUN = "call.statuses";

    private final Set<Integer> partial;
    private final Set<Integer> retry;
    private final Set<Integer> split;

    public StatusClasses(RetrySettings settings) {
        partial = new HashSet<>(settings.partialStatuses());
        retry = new HashSet<>(settings.retryStatuses());
        split = new HashSet<>(settings.splitStatuses());
        Setting.words(settings.statuses()).forEach(entry -> put(entry, settings.statuses()));
    }

    private void put(String entry, String all) {
        int end = entry.indexOf(':');
        Set<Integer> statuses = Setting.statuses(NOUN, entry.substring(0, Math.max(0, end)));
        if (statuses.isEmpty()) {
            throw bad(all);
        }
        List.of(partial, retry, split).forEach(some -> some.removeAll(statuses));
        switch (entry.substring(end + 1)) {
            case "partial" -> partial.addAll(statuses);
            case "retry" -> retry.addAll(statuses);
            case "split" -> split.addAll(statuses);
            case "fail" -> {}
            default -> throw bad(all);
        }
    }

    private static IllegalArgumentException bad(String all) {
        return Setting.bad(
                NOUN,
                all,
                "give each status or range a class (retry, split, partial or fail), such as 409:retry,500-504:fail.");
    }

    /** Whether the answers of such a response are to be read, if it has any. */
    public boolean hasAnswers(int status) {
        return partial.contains(status) || status >= 200 && status < 300;
    }

    /** Whether it is one of those, other than 2xx, that come with answers; or says that not all went well. */
    public boolean isPartial(int status) {
        return partial.contains(status);
    }

    /** What a response without answers means. */
    public FailureClass of(Reply reply) {
        return isTurnedAway(reply) ? FailureClass.RETRY : of(reply.status());
    }

    /** Whether it is a refusal after which the request comes again, and so no attempt. */
    public boolean isTurnedAway(Reply reply) {
        int status = reply.status();
        return reply.isThrottled()
                || reply.isRefusal()
                        && (status == FORBIDDEN
                                || retry.contains(status)
                                || status != TOO_MANY && reply.isPassing() && !split.contains(status));
    }

    private FailureClass of(int status) {
        if (retry.contains(status) || isNone(status)) {
            return FailureClass.RETRY;
        }
        return split.contains(status) ? FailureClass.SPLIT : FailureClass.REJECT;
    }

    /** Whether it says that the endpoint itself is ill. */
    public static boolean isIll(int status) {
        return status >= 500 || isNone(status);
    }

    /** Whether it is no status of a response (RFC 9110 15): that counts as one of 5xx. */
    private static boolean isNone(int status) {
        return status < 200 || status > 599;
    }

    /** Whether it says that there are too many calls. */
    public static boolean isRefusal(int status) {
        return status == TOO_MANY || status == UNAVAILABLE;
    }
}
