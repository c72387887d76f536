package io.github.saddlebag.endpoint;

import io.github.saddlebag.support.OnDone;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What the other requests to an endpoint say about one that failed: whether the endpoint is ill, or what was sent is to
 * blame.
 *
 * <p>A failure is held against a request where another one was answered well since its try before. Where no other one is
 * due that could tell, it is if the last other one was answered well, or if there was none. Suspects cannot tell: those
 * that failed while others were answered. Where all that are due are suspects, or the parts of one batch, only time tells.
 */
public final class Witnesses {

    /** The requests that are to be sent again, the one that has waited longest first. */
    private final Set<PartState> due = new LinkedHashSet<>();

    private boolean anyWell;
    private long wellNanos;

    /** What failed, and was no suspect before, since a request was answered well: one of them, and if there are more. */
    private @Nullable PartState ill;

    private boolean moreIll;

    /** When the first failed since a request was answered well; 0: none did. */
    private long illFrom;

    /** A request was answered, whatever was said in the answer. */
    public synchronized void well(CallState state) {
        anyWell = true;
        wellNanos = System.nanoTime();
        ill = null;
        moreIll = false;
        illFrom = 0;
        if (state.parts().isPart()) {
            state.parts().whole().partAnswered();
        }
    }

    /** Whether no request was answered yet. */
    public synchronized boolean noneWell() {
        return !anyWell;
    }

    /**
     * A request failed as it does where the endpoint is ill. Whether that is held against the request all the same.
     *
     * @param longestWait where only time tells, the next try counts as many of these after the endpoint became ill as
     *     tries were counted before
     */
    public synchronized boolean speakAgainst(CallState state, Duration longestWait) {
        PartState whole = state.parts().whole();
        boolean since = anyWell && wellNanos - state.history().triedNanos() > 0;
        boolean isFirst = state.history().failuresInRow() == 0;
        boolean alone = isAlone(whole);
        boolean othersWell = !moreIll && (ill == null || ill == whole || alone && ill.isSuspect());
        boolean told =
                since || (state.parts().isPart() ? alone && whole.isPartAnswered() : othersWell && (isFirst || alone));
        boolean isTime =
                illFor().compareTo(longestWait.multipliedBy(state.history().tries())) >= 0;
        boolean against = told || alone && (state.parts().isPart() || !isFirst && isTime);
        state.parts().onlyTimeTells(!told);
        illFrom = illFrom == 0 ? System.nanoTime() : illFrom;
        if (!whole.isSuspect()) {
            moreIll |= ill != null && ill != whole;
            ill = whole;
        }
        return against;
    }

    /** How long no request was answered well, since the first that failed. */
    public synchronized Duration illFor() {
        return illFrom == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - illFrom);
    }

    /** Whether nobody else is due that could tell. */
    private boolean isAlone(PartState whole) {
        for (PartState one : due) {
            if (one != whole && !one.isSuspect()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the request may find out by its halves what is to blame though nobody speaks against it: one at a time, so
     * that not all batches are halved for an endpoint that is ill.
     */
    public synchronized boolean mayExplore(CallState state) {
        return due.isEmpty() || due.iterator().next() == state.parts().whole();
    }

    /** The request will be sent again, unless its exchange ends before. */
    public void expect(Exchange exchange, CallState state) {
        if (state.parts().isPart()) {
            return;
        }
        synchronized (this) {
            if (!due.add(state.parts())) {
                return;
            }
        }
        OnDone.of(exchange, done -> over(state.parts()));
    }

    private synchronized void over(PartState whole) {
        due.remove(whole);
    }
}
