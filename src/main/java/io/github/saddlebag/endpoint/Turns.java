package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import io.github.saddlebag.single.Send;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request wait for its turn without a thread: for a place among the requests in flight, in all and of its host, for
 * its host's pause, and for a token of the rate. All of them are taken at once, so that who waits for one keeps no other
 * from anybody. Hosts take turns; within a host it is first come, first served.
 *
 * <p>The request goes on on the thread of the connections. {@link Send} gives the place back. The first request of all
 * goes alone: while it loads classes and opens a connection, tokens would pile up behind it and leave as a burst.
 */
public final class Turns extends AsyncStep implements CamelContextAware, CallsInFlight {

    private static final long CATCH_UP_NANOS = 100_000_000;

    private final Object lock = new Object();
    /** Hosts at which somebody waits and who, as far as is known, may begin. */
    private final Deque<Host> ready = new ArrayDeque<>();

    private final Set<Host> crowded = new HashSet<>();
    private AsyncHttp http = new AsyncHttp();
    private @Nullable ResponseRoom room;
    private Tokens tokens = new Tokens(0);
    private int count = 8;
    private int inFlight;
    private boolean first = true;
    private boolean timed;
    private @Nullable Wait keptBy;
    private boolean stopping;
    private PipelineStats stats = new PipelineStats();
    private @Nullable CamelContext camelContext;

    /** A request that waits. */
    record Waiter(Exchange exchange, AsyncCallback callback, long sinceNanos) {}

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        if (room == null) {
            line(exchange, callback);
        } else {
            room.process(exchange, sync -> {
                if (exchange.getException() == null) {
                    line(exchange, callback);
                } else {
                    callback.done(false);
                }
            });
        }
        return false;
    }

    private void line(Exchange exchange, AsyncCallback callback) {
        Host host = CallState.of(exchange).host();
        Waiter waiter = new Waiter(exchange, callback, System.nanoTime());
        boolean stop;
        synchronized (lock) {
            stop = stopping && Batch.comesAgain(exchange);
            if (!stop) {
                (CallState.of(exchange).wasTurnedAway() ? host.refused : host.waiting).addLast(waiter);
                crowded.add(host);
                list(host);
            }
        }
        if (stop) {
            giveBack(waiter);
        } else {
            pump();
        }
    }

    /** The request is over: somebody else may begin. */
    public void leave(Host host) {
        synchronized (lock) {
            inFlight--;
            host.inFlight--;
            first = false;
            list(host);
        }
        pump();
    }

    private void list(Host host) {
        if (!host.listed && !host.timed && !host.nobodyWaits()) {
            host.listed = true;
            ready.addLast(host);
        }
    }

    private void pump() {
        List<Waiter> turn = new ArrayList<>(2);
        synchronized (lock) {
            while (inFlight < (first ? 1 : Math.min(count, http.connections())) && !ready.isEmpty() && hasToken()) {
                Host host = ready.removeFirst();
                host.listed = false;
                if (mayBegin(host)) {
                    turn.add(begin(host));
                }
            }
        }
        for (Waiter waiter : turn) {
            http.execute(() -> waiter.callback.done(false));
        }
    }

    private boolean hasToken() {
        long wait = tokens.nanosToWait(System.nanoTime());
        if (wait > 0) {
            keptBy = Wait.RATE;
        }
        if (wait > 0 && !timed) {
            timed = true;
            http.after(wait, () -> {
                synchronized (lock) {
                    timed = false;
                }
                pump();
            });
        }
        return wait <= 0;
    }

    private boolean mayBegin(Host host) {
        if (host.inFlight >= http.connectionsPerHost()) {
            // it is listed again when one of its requests is over
            return false;
        }
        long wait = host.tokens.nanosToWait(System.nanoTime());
        Wait by = Wait.RATE;
        if (wait <= 0) {
            wait = host.target().pace().tryTake();
            by = Wait.PAUSE;
        }
        if (wait > 0) {
            host.keptBy = by;
            host.timed = true;
            http.after(wait, () -> {
                synchronized (lock) {
                    host.timed = false;
                    list(host);
                }
                pump();
            });
        }
        return wait <= 0;
    }

    /** What kept the host's next request, and so those behind it, the last time that it was kept. */
    private Wait cause(Host host) {
        Wait cause = host.keptBy != null ? host.keptBy : keptBy;
        host.keptBy = null;
        keptBy = null;
        return cause == null ? Wait.ADMISSION : cause;
    }

    private Waiter begin(Host host) {
        Waiter waiter = host.next();
        long now = System.nanoTime();
        tokens.take(now);
        host.tokens.take(now);
        stats.waited(cause(host), now - waiter.sinceNanos);
        inFlight++;
        host.inFlight++;
        if (host.nobodyWaits()) {
            crowded.remove(host);
        }
        list(host);
        return waiter;
    }

    private void stopAll() {
        synchronized (lock) {
            stopping = true;
        }
        giveBackAll(waiter -> Batch.comesAgain(waiter.exchange));
    }

    private void giveBackAll(Predicate<Waiter> which) {
        List<Waiter> all = new ArrayList<>();
        synchronized (lock) {
            for (Host host : List.copyOf(crowded)) {
                host.refused.removeIf(waiter -> which.test(waiter) && all.add(waiter));
                host.waiting.removeIf(waiter -> which.test(waiter) && all.add(waiter));
                if (host.nobodyWaits()) {
                    host.listed = false;
                    ready.remove(host);
                    crowded.remove(host);
                }
            }
        }
        all.forEach(this::giveBack);
    }

    private void giveBack(Waiter waiter) {
        Batch batch = waiter.exchange.getProperty(BatchConstants.BATCH, Batch.class);
        if (batch == null) {
            waiter.exchange.setException(new StoppedException("The runtime stopped before the request was made."));
        } else {
            // not by an exception: thousands of them are given back at once, and an error handler would take its time
            batch.giveBack();
            waiter.exchange.setRouteStop(true);
        }
        http.execute(() -> waiter.callback.done(false));
    }

    private void startAgain() {
        // whom the last stop left waiting until its time was over
        giveBackAll(waiter -> true);
        synchronized (lock) {
            stopping = false;
        }
    }

    private int inFlight() {
        synchronized (lock) {
            return inFlight;
        }
    }

    @Override
    public int besides(Exchange exchange) {
        // its own place is given back already
        synchronized (lock) {
            return CallState.of(exchange).host().inFlight;
        }
    }

    /** The most requests in flight, at least 1. */
    public void setCount(int count) {
        this.count = count;
    }

    /** The most requests per period. */
    public void setRate(Rate rate) {
        long interval = rate.nanosPerRequest();
        this.tokens = new Tokens(interval, CATCH_UP_NANOS, interval / 4 * 3);
    }

    /** What there is room for in memory; before all else, for who waits for it keeps no place from anybody. */
    public void setRoom(ResponseRoom room) {
        this.room = room;
    }

    /** What makes the requests. */
    public void setHttp(AsyncHttp http) {
        this.http = http;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        StopSignal.of(camelContext, this::stopAll, this::startAgain);
    }

    /** What is counted of the calls. */
    public void setStats(PipelineStats stats) {
        this.stats = stats;
        stats.inFlight(this::inFlight);
    }
}
