package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Waits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Lets the requests of one correlation key leave at their own rate: they stand in a line of their own, first come, first
 * served, and hold neither a thread nor a slot there, so that a busy key keeps nobody from going on but itself.
 *
 * <p>The first of a line gets on when the rate allows it, and the next one's time counts from when that one leaves
 * ({@link #leave}): who then waits for a slot cannot meet another of its key there, and leave right behind it. One that
 * is turned back on its way keeps its turn.
 */
public final class KeyTurns extends AsyncStep implements CamelContextAware {

    private static final String TURN = "SaddlebagKeyTurn";
    private static final int MANY = 1000;

    private final Map<String, Line> lines = new HashMap<>();
    private @Nullable ExecutorService pool;
    private final Waits waits = new Waits(
            "saddlebag-key-turns",
            1,
            task -> Objects.requireNonNull(this.pool).execute(task),
            "The runtime stopped before the request was made.");
    private long interval;
    private int cleanAt = MANY;
    private @Nullable CamelContext camelContext;

    private static final class Line {
        private final Deque<Waiter> waiting = new ArrayDeque<>();
        private final Tokens tokens;
        private boolean taken;

        private Line(long interval) {
            tokens = new Tokens(interval);
        }
    }

    private record Waiter(Exchange exchange, AsyncCallback callback) {}

    /** A request's turn, until it leaves. */
    private static final class Turn {
        private final Line line;
        private boolean over;

        private Turn(Line line) {
            this.line = line;
        }
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        if (interval == 0 || exchange.getProperty(TURN) != null) {
            callback.done(true);
            return true;
        }
        synchronized (lines) {
            Line line =
                    line(exchange.getProperty(BatchConstants.BATCH, Batch.class).key());
            line.waiting.addLast(new Waiter(exchange, callback));
            next(line);
        }
        if (waits.isStopping()) {
            giveBack(Batch::comesAgain);
        }
        return false;
    }

    private Line line(String key) {
        if (lines.size() > cleanAt) {
            long now = System.nanoTime();
            lines.values().removeIf(l -> !l.taken && l.waiting.isEmpty() && l.tokens.nanosToWait(now) <= 0);
            cleanAt = Math.max(MANY, 2 * lines.size());
        }
        return lines.computeIfAbsent(key, k -> new Line(interval));
    }

    /** Who is first goes on as soon as the rate allows it. */
    private void next(Line line) {
        Waiter first = line.taken ? null : line.waiting.pollFirst();
        if (first == null) {
            return;
        }
        line.taken = true;
        Turn turn = new Turn(line);
        first.exchange.setProperty(TURN, turn);
        first.exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                over(turn, false);
            }
        });
        CallState.of(first.exchange).beginFirst();
        // at least a little, so that it goes on on a thread of the calls
        waits.await(first.exchange, first.callback, Math.max(1, line.tokens.nanosToWait(System.nanoTime())));
    }

    /** The request leaves: from now on the time of the next one of its key counts. */
    public void leave(Exchange exchange) {
        if (interval > 0 && exchange.removeProperty(TURN) instanceof Turn turn) {
            over(turn, true);
        }
    }

    private void over(Turn turn, boolean left) {
        synchronized (lines) {
            if (turn.over) {
                return;
            }
            turn.over = true;
            turn.line.taken = false;
            if (left) {
                turn.line.tokens.take(System.nanoTime());
            }
            next(turn.line);
        }
    }

    private void giveBack(Predicate<Exchange> which) {
        List<Waiter> all = new ArrayList<>();
        synchronized (lines) {
            lines.values()
                    .forEach(line -> line.waiting.removeIf(waiter -> which.test(waiter.exchange) && all.add(waiter)));
        }
        for (Waiter waiter : all) {
            waiter.exchange.setException(new StoppedException("The runtime stopped before the request was made."));
            Objects.requireNonNull(pool).execute(() -> waiter.callback.done(false));
        }
    }

    @Override
    protected void doStart() {
        waits.start();
    }

    @Override
    protected void doStop() {
        waits.stop();
        giveBack(exchange -> true);
    }

    /** The most requests per period of each key. */
    public void setRate(Rate rate) {
        interval = rate.nanosPerRequest();
    }

    /** The threads that make the calls. */
    public void setPool(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        waits.endWith(camelContext, Batch::comesAgain, () -> giveBack(Batch::comesAgain));
    }
}
