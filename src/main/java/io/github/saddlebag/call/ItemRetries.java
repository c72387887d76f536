package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.format.ItemRetry;
import io.github.saddlebag.pace.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Puts items that failed by themselves back for a later batch, with growing waits: a limited number of times, or until the
 * deadline where nothing was done for them as there are too many.
 */
public record ItemRetries(BatchSize size, Target target, RetryPolicy policy) implements ItemRetry {

    /** The share of an answer's items from which on it says that there are too many calls. */
    private static final double MANY = 0.2;

    @Override
    public boolean again(Batch batch, Item item, int status, boolean refused, @Nullable String retryAfter) {
        Duration asked = RetryAfter.parse(retryAfter, Instant.now()).orElse(Duration.ZERO);
        Duration wait;
        if (refused) {
            wait = policy.waitAfter(item.refused());
            if (policy.isOver(item.sinceRefused().plus(FailedAttempt.longer(asked, wait)))) {
                return false;
            }
        } else {
            int tries = item.triedInVain();
            if (tries >= policy.maxAttempts() || policy.isOver(asked)) {
                return false;
            }
            wait = policy.waitAfter(tries);
        }
        boolean back = batch.putBack(item, FailedAttempt.longer(asked, wait));
        if (back) {
            target.log()
                    .warn(target.address() + ": single items were answered with "
                            + (status > 0 ? "status " + status : "an error") + " and go again in later batches.");
        }
        return back;
    }

    @Override
    public void busy(Exchange exchange, double share) {
        if (share < MANY) {
            return;
        }
        CallState state = CallState.of(exchange);
        Target called = state.target(target);
        Duration pause = called.keys()
                .refused(state.ofKey(), called.pace())
                .partlyRefused(share, state.clock().sentNanos());
        if (!pause.isZero()) {
            called.log()
                    .warn(called.address() + ": many items of an answer are to come again; " + called.pausing()
                            + " pause for " + pause.toMillis() + "ms.");
        }
    }

    @Override
    public List<Item> smaller(Batch batch, List<Item> items) {
        size.refused(batch.size(), batch.bytes());
        target.log()
                .warn(target.address() + ": the answers to " + items.size() + " of " + batch.size()
                        + " items were too large together; they go again in smaller batches.");
        return items.stream()
                .filter(item -> {
                    item.tried(batch.call());
                    return batch.putBack(item, Duration.ZERO);
                })
                .toList();
    }
}
