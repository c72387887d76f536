package io.github.saddlebag.format;

import io.github.saddlebag.batch.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Failures that name no item, where answers are known by names. Each belongs to an item that has no answer of its own;
 * which one cannot be told, as with the errors that JSON-RPC 2.0 answers to what is no request (section 5, {@code id}).
 *
 * @param refused how many of them belong to items to which no answer is due, at least: those that are left when each item
 *     without an answer that is due has one
 * @param silent to how many items no answer is due
 * @param detail what the first of them says, or null
 * @param retry whether all of them may be tried again
 */
record Unnamed(int refused, int silent, @Nullable String detail, boolean retry) {

    private static final Unnamed NONE = new Unnamed(0, 0, null, false);

    static Unnamed of(WireFormat format, List<Item> items, Matcher.Match match, Answers answers) {
        if (match.unasked().isEmpty()) {
            return NONE;
        }
        Correlation by = format.correlation();
        int first = by == Correlation.ID || by == Correlation.INDEX ? 0 : answers.answered();
        int failures = 0;
        boolean retry = true;
        String detail = null;
        for (int i = first; i < answers.size(); i++) {
            if (answers.id(i) == null && answers.isFailed(i)) {
                detail = failures++ == 0 ? answers.detail(i) : detail;
                retry &= answers.isRetry(i);
            }
        }
        int missing = 0;
        int silent = 0;
        for (int i = 0; i < items.size(); i++) {
            if (match.answerOf()[i] == Matcher.MISSING) {
                if (format.isAnswered(items.get(i))) {
                    missing++;
                } else {
                    silent++;
                }
            }
        }
        int refused = Math.min(silent, Math.max(0, failures - missing));
        return new Unnamed(refused, silent, detail, retry && failures > 0);
    }

    /** Why an item fails to which no answer is due. */
    String reason() {
        return refused == silent
                ? "The endpoint failed this item."
                : "The endpoint failed " + refused + " of " + silent
                        + " items to which no answer is due, and does not say which.";
    }
}
