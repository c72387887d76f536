package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.ItemRetry;
import io.github.saddlebag.setting.Setting;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Puts items that failed by themselves back for a later batch, a limited number of times, with growing waits. */
public final class ItemRetries implements ItemRetry {

    private Target target = new Target();
    private int maxAttempts = 5;
    private BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30));

    @Override
    public boolean again(Batch batch, Item item, int status) {
        int tries = item.triedInVain();
        if (tries >= maxAttempts) {
            return false;
        }
        Duration delay = backOff.after(tries, ThreadLocalRandom.current());
        boolean back = batch.putBack(item, delay);
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

    /** How often an item is tried before it fails, at least 1. */
    public void setMaxAttempts(String maxAttempts) {
        this.maxAttempts = Setting.integer("max-attempts", maxAttempts, 1, 1000);
    }

    /** The wait after the first attempt, with a unit; it doubles from attempt to attempt. */
    public void setBackOff(String wait) {
        backOff = new BackOff(Setting.positiveDuration("back-off", wait), backOff.max());
    }

    /** No wait is longer; with a unit. */
    public void setMaxBackOff(String wait) {
        backOff = new BackOff(backOff.base(), Setting.positiveDuration("max-back-off", wait));
    }
}
