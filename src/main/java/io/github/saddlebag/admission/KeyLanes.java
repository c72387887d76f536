package io.github.saddlebag.admission;

import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Lanes;
import io.github.saddlebag.pace.Pace;
import io.github.saddlebag.pace.Tokens;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The lane of each correlation key, where keys have limits of their own; idle ones are forgotten when there are many. */
final class KeyLanes {

    private static final int MANY = 1000;

    private final Map<String, Lane> byKey = new HashMap<>();
    private final boolean isOne;
    private final long interval;
    private final Supplier<Pace> pace;
    private int cleanAt = MANY;

    /**
     * @param isOne whether all keys share a lane
     * @param interval nanoseconds from one request of a key to the next; 0: no limit
     * @param pace makes the pace of a key, where keys have a rate
     */
    KeyLanes(boolean isOne, long interval, Supplier<Pace> pace) {
        this.pace = pace;
        this.isOne = isOne;
        this.interval = interval;
    }

    /** The lane of a key; until somebody is in it, it may be forgotten. To be called by one at a time. */
    Lane of(String key, Lanes lanes) {
        if (byKey.size() > cleanAt) {
            byKey.values().removeIf(lanes::isIdle);
            cleanAt = Math.max(MANY, 2 * byKey.size());
        }
        return byKey.computeIfAbsent(
                isOne ? "" : key, k -> new Lane(new Tokens(interval), interval > 0, interval > 0 ? pace.get() : null));
    }
}
