package io.github.saddlebag.call;

import io.github.saddlebag.batch.StoppedException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a request's next attempt is due, holding neither a thread nor a slot; the attempt then runs on the pool of
 * the calls. A stop ends the wait: the request is given back.
 */
public final class WaitForAttempt extends AsyncProcessorSupport implements CamelContextAware {

    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledThreadPoolExecutor timer;
    private @Nullable ExecutorService pool;
    private volatile boolean stopping;
    private @Nullable CamelContext camelContext;

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        long nanos = CallState.of(exchange).nanosUntilDue();
        if (nanos <= 0) {
            callback.done(true);
            return true;
        }
        Waiter waiter = new Waiter(exchange, callback);
        waiting.add(waiter);
        Objects.requireNonNull(timer).schedule(waiter::due, nanos, TimeUnit.NANOSECONDS);
        if (stopping) {
            waiter.stop();
        }
        return false;
    }

    private final class Waiter {
        private final Exchange exchange;
        private final AsyncCallback callback;

        private Waiter(Exchange exchange, AsyncCallback callback) {
            this.exchange = exchange;
            this.callback = callback;
        }

        private void due() {
            if (waiting.remove(this)) {
                goOn();
            }
        }

        private void goOn() {
            Objects.requireNonNull(pool).execute(() -> callback.done(false));
        }

        private void stop() {
            if (waiting.remove(this)) {
                exchange.setException(new StoppedException("The runtime stopped before the next attempt."));
                goOn();
            }
        }
    }

    private void stopAll() {
        stopping = true;
        waiting.forEach(Waiter::stop);
    }

    @Override
    protected void doStart() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "saddlebag-back-off");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        timer = executor;
    }

    @Override
    protected void doStop() {
        waiting.forEach(Waiter::stop);
        if (timer != null) {
            timer.shutdownNow();
        }
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
        StopSignal.of(camelContext, this::stopAll, () -> stopping = false);
    }
}
