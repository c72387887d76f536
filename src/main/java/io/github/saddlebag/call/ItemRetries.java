package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.ItemRetry;

/** Puts items that failed by themselves back for a later batch, a limited number of times, with growing waits. */
public final class ItemRetries implements ItemRetry {

    private Target target = new Target();
    private RetryPolicy policy = new RetryPolicy();

    @Override
    public boolean again(Batch batch, Item item, int status) {
        int tries = item.triedInVain();
        if (tries >= policy.maxAttempts()) {
            return false;
        }
        boolean back = batch.putBack(item, policy.waitAfter(tries));
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
