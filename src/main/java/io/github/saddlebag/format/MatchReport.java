package io.github.saddlebag.format;

import io.github.saddlebag.batch.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and names what is wrong with answers: missing, different, repeated, not asked for, in another order. */
public final class MatchReport {

    private static final Logger LOG = LoggerFactory.getLogger(MatchAnswers.class);
    private static final int NAMED = 10;

    private final LongAdder missing = new LongAdder();
    private final LongAdder contradicted = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder unasked = new LongAdder();
    private final LongAdder reordered = new LongAdder();

    void of(Batch batch, List<@Nullable String> ids, int answers, Matcher.Match match) {
        List<@Nullable String> without = idsWith(Matcher.MISSING, ids, match);
        List<@Nullable String> unclear = idsWith(Matcher.CONTRADICTED, ids, match);
        missing.add(without.size());
        contradicted.add(unclear.size());
        repeated.add(match.repeated());
        unasked.add(match.unasked().size());
        reordered.add(match.reordered() ? 1 : 0);
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
                    "batch:{}: the endpoint answered what was not asked for: {}.", batch.name(), some(match.unasked()));
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

    /** Items with answers that differ. */
    public long contradicted() {
        return contradicted.sum();
    }

    /** Answers that were given twice. */
    public long repeated() {
        return repeated.sum();
    }

    /** Answers that belong to no item. */
    public long unasked() {
        return unasked.sum();
    }

    /** Responses whose answers came in another order than their items. */
    public long reordered() {
        return reordered.sum();
    }
}
