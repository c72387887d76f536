package io.github.saddlebag.pace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first of all turns, beside which no other attempt is made. Used under the lock of {@link Lanes}. */
final class FirstAlone {

    /** As a rule, no longer than that. */
    static final long NANOS = 1_000_000_000;

    private final List<Runnable> waiting = new ArrayList<>(0);
    private @Nullable Turn turn;
    private boolean over;
    private boolean toItsEnd;

    /** It goes alone however long it takes; to be called before anybody begins. */
    void toItsEnd() {
        toItsEnd = true;
    }

    /** An attempt begins. True: it goes alone from now on, for {@link #NANOS} at most. */
    boolean begins(Turn next) {
        if (!over) {
            turn = next;
        }
        return !over && !toItsEnd;
    }

    boolean is(Turn some) {
        return turn == some;
    }

    boolean isUnderWay() {
        return !over && turn != null;
    }

    /** @param then what waits for its end */
    void await(Runnable then) {
        waiting.add(then);
    }

    /** Others may go, too; what has waited for that. */
    List<Runnable> end() {
        over = true;
        List<Runnable> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
