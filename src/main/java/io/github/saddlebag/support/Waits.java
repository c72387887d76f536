package io.github.saddlebag.support;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lets exchanges wait until they are due, without a thread for each. A stop of the context ends every wait: the exchange
 * goes on with a {@link StoppedException}.
 */
public final class Waits {

    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private final String name;
    private final int threads;
    private final Executor then;
    private final String stopped;
    private volatile Predicate<Exchange> endsWith = exchange -> true;
    private volatile boolean stopping;
    /** When the runtime's time to stop is over. */
    private volatile long endNanos;

    private @Nullable ScheduledThreadPoolExecutor timer;

    /**
     * @param name what the threads are called that find out what is due
     * @param threads how many there are
     * @param then what goes on with an exchange that is due
     * @param stopped what the exception says where a stop ended the wait
     */
    public Waits(String name, int threads, Executor then, String stopped) {
        this.name = name;
        this.threads = threads;
        this.then = then;
        this.stopped = stopped;
    }

    /** Waits for so long, or not at all. Returns what an asynchronous processor does: whether it is done already. */
    public boolean await(Exchange exchange, AsyncCallback callback, long nanos) {
        if (nanos <= 0) {
            callback.done(true);
            return true;
        }
        Waiter waiter = new Waiter(exchange, callback, System.nanoTime() + nanos);
        waiting.add(waiter);
        Objects.requireNonNull(timer).schedule(Unrecoverable.told(waiter::due), nanos, TimeUnit.NANOSECONDS);
        if (stopping && endsWithTheStop(waiter)) {
            waiter.stop();
        }
        return false;
    }

    /** Waits until the task that it returns is run; a stop ends that wait as well. The task may be run more than once. */
    public Runnable hold(Exchange exchange, AsyncCallback callback) {
        Waiter waiter = new Waiter(exchange, callback, System.nanoTime());
        waiting.add(waiter);
        if (stopping && endsWith.test(exchange)) {
            waiter.stop();
        }
        return waiter::due;
    }

    /** Runs a task after a while, on a thread of its own, unless the runtime is down by then. */
    public void later(Runnable task, long nanos) {
        try {
            Objects.requireNonNull(timer).schedule(Unrecoverable.told(task), Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // what waits has ended with it
        }
    }

    private final class Waiter {
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final long dueNanos;

        private Waiter(Exchange exchange, AsyncCallback callback, long dueNanos) {
            this.exchange = exchange;
            this.callback = callback;
            this.dueNanos = dueNanos;
        }

        private void due() {
            if (waiting.remove(this)) {
                then.execute(() -> callback.done(false));
            }
        }

        private void stop() {
            if (waiting.remove(this)) {
                exchange.setException(new StoppedException(stopped));
                then.execute(() -> callback.done(false));
            }
        }
    }

    /** Whether the context is stopping. */
    public boolean isStopping() {
        return stopping;
    }

    /**
     * Ends the waits of some exchanges as soon as this context begins to stop. Those of others go on, unless they are due
     * only when its time to stop is over.
     */
    public void endWith(CamelContext context, Predicate<Exchange> some) {
        endWith(context, some, () -> {});
    }

    /** The same, and does something else then. */
    public void endWith(CamelContext context, Predicate<Exchange> some, Runnable also) {
        endsWith = some;
        Runnable all = () -> {
            stopAll(StopSignal.endNanos(context));
            also.run();
        };
        StopSignal.of(context, all, () -> stopping = false);
    }

    private boolean endsWithTheStop(Waiter waiter) {
        return waiter.dueNanos - endNanos > 0 || endsWith.test(waiter.exchange);
    }

    private void stopAll(long endsAt) {
        endNanos = endsAt;
        stopping = true;
        waiting.forEach(waiter -> {
            if (endsWithTheStop(waiter)) {
                waiter.stop();
            }
        });
    }

    public void start() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, DaemonThreads.named(name));
        executor.setKeepAliveTime(60, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        timer = executor;
    }

    public void stop() {
        waiting.forEach(Waiter::stop);
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
