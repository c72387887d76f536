package io.github.saddlebag.format;

import io.github.saddlebag.batch.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names what is wrong with answers: missing, different, or not asked for; and counts those that are missing. */
public final class MatchReport {

    private static final Logger LOG = LoggerFactory.getLogger(MatchAnswers.class);
    private static final int NAMED = 10;

    private final LongAdder missing = new LongAdder();

    void of(Batch batch, List<@Nullable String> ids, int answers, Matcher.Match match) {
        List<@Nullable String> without = idsWith(Matcher.MISSING, ids, match);
        List<@Nullable String> unclear = idsWith(Matcher.CONTRADICTED, ids, match);
        missing.add(without.size());
        if (!without.isEmpty()) {
            LOG.warn(
                    "batch:{}: the endpoint gave {} answers for {} items; none for ids {}.",
                    batch.name(),
                    answers,
                    ids.size(),
                    some(without));
        }
        if (!unclear.isEmpty()) {
            LOG.warn("batch:{}: the endpoint gave different answers for the same ids {}.", batch.name(), some(unclear));
        }
        if (!match.unasked().isEmpty()) {
            LOG.warn(
                    "batch:{}: the endpoint gave answers that belong to no item: {}.",
                    batch.name(),
                    some(match.unasked()));
        }
    }

    private static List<@Nullable String> idsWith(int fate, List<@Nullable String> ids, Matcher.Match match) {
        List<@Nullable String> some = new ArrayList<>(0);
        for (int i = 0; i < match.answerOf().length; i++) {
            if (match.answerOf()[i] == fate) {
                some.add(ids.get(i));
            }
        }
        return some;
    }

    private static String some(List<?> names) {
        return names.size() <= NAMED
                ? names.toString()
                : names.subList(0, NAMED) + " and " + (names.size() - NAMED) + " more";
    }

    /** Items without an answer. */
    public long missing() {
        return missing.sum();
    }
}
