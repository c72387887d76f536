package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.ItemRetry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts items that failed by themselves back for a later batch, a limited number of times, with growing waits. */
public final class ItemRetries implements ItemRetry {

    private Target target = new Target();
    private RetryPolicy policy = new RetryPolicy();

    @Override
    public boolean again(Batch batch, Item item, int status, @Nullable String retryAfter) {
        int tries = item.triedInVain();
        Duration asked = RetryAfter.parse(retryAfter, Instant.now()).orElse(Duration.ZERO);
        if (tries >= policy.maxAttempts() || policy.isOver(asked)) {
            return false;
        }
        Duration wait = policy.waitAfter(tries);
        boolean back = batch.putBack(item, asked.compareTo(wait) > 0 ? asked : wait);
        if (back) {
            target.log()
                    .warn(target.address() + ": single items were answered with "
                            + (status > 0 ? "status " + status : "an error") + " and go again in later batches.");
        }
        return back;
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    /** How often, and after which waits. */
    public void setPolicy(RetryPolicy policy) {
        this.policy = policy;
    }
}
