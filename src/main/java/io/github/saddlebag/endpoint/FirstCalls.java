package io.github.saddlebag.endpoint;

import io.github.saddlebag.http.IoErrors;
import io.github.saddlebag.job.UnknownJobException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out with the first calls whether the endpoint is of use at all. As long as that is open, requests that failed in
 * a way which speaks against the whole endpoint wait; if all first calls fail so, nothing has been failed or
 * dead-lettered because of a wrong address or a wrong key.
 *
 * <p>Only for runs that end by themselves; a long-running route keeps trying.
 */
public final class FirstCalls {

    /** So long may it take to connect until that is known: a second try is over then before somebody asks what is wrong. */
    public static final Duration CONNECT = Duration.ofSeconds(3);

    private static final int ENOUGH = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PATIENCE_WHERE_REFUSED = Duration.ofSeconds(5);

    private volatile State state;
    private Runnable whenUnusable = () -> {};
    private String reason = "";
    private int failures;
    private @Nullable Consumer<String> listener;
    private @Nullable Consumer<String> endListener;
    private volatile Consumer<String> doubtListener = why -> {};

    private enum State {
        OFF,
        OPEN,
        USABLE,
        UNUSABLE
    }

    /** @param enabled whether the first calls decide */
    public FirstCalls(boolean enabled) {
        state = enabled ? State.OPEN : State.OFF;
    }

    /** Whether it is still open if the endpoint is of use. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    public boolean isUnusable() {
        return state == State.UNUSABLE;
    }

    /** The endpoint answered something that it would not answer if it were the wrong one. */
    public void usable() {
        if (state == State.OPEN) {
            state = State.USABLE;
        }
    }

    /** What a failed attempt says of the endpoint. */
    public enum Says {
        /** It may be of use. */
        NOTHING,
        /** It did not answer; it may be of use. */
        SILENCE,
        /** Nobody takes connections there, or not yet. */
        REFUSED,
        /** It may be the wrong one, or the wrong key. */
        UNUSABLE
    }

    /** An attempt failed. True: the request is to wait, or to be given back; it must not fail yet. */
    public boolean failed(Says says, String description) {
        if (state != State.OPEN) {
            return state == State.UNUSABLE;
        }
        if (says == Says.NOTHING || says == Says.SILENCE) {
            usable();
            if (says == Says.SILENCE) {
                doubtListener.accept(description);
            }
            return false;
        }
        note(says == Says.REFUSED, description);
        return true;
    }

    private synchronized void note(boolean refused, String description) {
        reason = description;
        failures++;
        if (failures == 1) {
            // by a timer, for an open circuit breaker may let no further call through
            Duration patience = refused ? PATIENCE_WHERE_REFUSED : PATIENCE;
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::giveUp);
        } else if (!refused && failures >= ENOUGH) {
            giveUp();
        }
    }

    /**
     * An attempt is over, and its place is not free yet. Where jobs cannot be asked for, each that is submitted from then on
     * would be paid for, and lost as well.
     */
    public void attempted(@Nullable Throwable error) {
        if (state == State.OPEN && error instanceof UnknownJobException) {
            isUnreadable("No usable answer: " + IoErrors.describe(error));
        }
    }

    /** The endpoint answered in a way that nobody can read. True: it was a first call, and all is at an end. */
    public boolean isUnreadable(String why) {
        if (state != State.OPEN) {
            return state == State.UNUSABLE;
        }
        synchronized (this) {
            reason = why;
        }
        giveUp();
        return true;
    }

    private void giveUp() {
        Consumer<String> told;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.UNUSABLE;
            told = listener;
        }
        whenUnusable.run();
        if (told != null) {
            told.accept(reason);
        }
    }

    /**
     * The run is to end, for a reason that was found later.
     *
     * @return false: it does not end by itself
     */
    boolean end(String why) {
        Consumer<String> told;
        synchronized (this) {
            if (state == State.OFF || state == State.UNUSABLE) {
                return state == State.UNUSABLE;
            }
            state = State.UNUSABLE;
            told = endListener;
        }
        whenUnusable.run();
        if (told != null) {
            told.accept(why);
        }
        return true;
    }

    /** Run once, as soon as the endpoint is found to be of no use. */
    public void whenUnusable(Runnable task) {
        whenUnusable = task;
    }

    /** Told once, with the reason, if the endpoint is of no use. */
    public synchronized void listener(Consumer<String> newListener) {
        listener = newListener;
    }

    /** Told once, with the reason, if the first request was not answered, and is sent again for a while. */
    public void doubtListener(Consumer<String> newListener) {
        doubtListener = newListener;
    }

    /** Told once, with the reason, if the run is to end for one that was found after the first calls. */
    public synchronized void endListener(Consumer<String> newListener) {
        endListener = newListener;
    }
}
