package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * As a step, lets outcomes of records wait for their delivery while too many are delivered and not committed: a crash would
 * do them again. Those that then wait for a destination that is down give their places to others, and pass the step once
 * more before they are tried again. The wait holds no thread; the end of the route ends it.
 */
public final class UntilCommitted extends AsyncStep {

    private static final int THREADS = 4;

    private final KafkaSource source;
    private final String threads;
    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private @Nullable ExecutorService pool;

    /**
     * @param source whose outcomes these are
     * @param threads what those are called that go on with them
     */
    public UntilCommitted(KafkaSource source, String threads) {
        this.source = source;
        this.threads = threads;
    }

    private final class Waiter {
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final List<Polled> records;

        Waiter(Exchange exchange, AsyncCallback callback, List<Polled> records) {
            this.exchange = exchange;
            this.callback = callback;
            this.records = records;
        }

        void free() {
            if (!waiting.remove(this)) {
                source.uncommitted().leave(records.size());
                return;
            }
            try {
                Objects.requireNonNull(pool).execute(() -> {
                    take(records);
                    callback.done(false);
                });
            } catch (RejectedExecutionException e) {
                source.uncommitted().leave(records.size());
                end();
            }
        }

        void stop() {
            if (waiting.remove(this)) {
                end();
            }
        }

        private void end() {
            exchange.setException(
                    new StoppedException("The runtime stopped before the outcomes could be delivered: offsets cannot be"
                            + " committed now."));
            callback.done(false);
        }
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        List<Polled> records = records(exchange);
        if (records.isEmpty()) {
            callback.done(true);
            return true;
        }
        Runnable heldUp = exchange.getProperty(BatchConstants.HELD_UP, Runnable.class);
        if (!(heldUp instanceof HeldUp)) {
            exchange.setProperty(BatchConstants.HELD_UP, new HeldUp(heldUp, source.uncommitted(), records));
        }
        Waiter waiter = new Waiter(exchange, callback, records);
        waiting.add(waiter);
        if (source.uncommitted().enter(records.size(), waiter::free)) {
            waiting.remove(waiter);
            take(records);
            callback.done(true);
            return true;
        }
        return false;
    }

    /** Gives back at once what another destination of the same records took meanwhile. */
    private void take(List<Polled> records) {
        int taken = (int) records.stream().filter(Polled::delivering).count();
        source.uncommitted().leave(records.size() - taken);
    }

    /** Tells the partitions which of their records are done: the step behind the delivery of outcomes. */
    public static void done(Exchange exchange) {
        for (Object outcome : exchange.getMessage().getBody(List.class)) {
            Item item = ((Outcome) outcome).item();
            if (item.position() instanceof RecordPlace place) {
                place.polled().done();
                item.turnIsOver();
            }
        }
    }

    /** Those that have no place yet. */
    private static List<Polled> records(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof List<?> outcomes)) {
            return List.of();
        }
        List<Polled> records = new ArrayList<>();
        for (Object outcome : outcomes) {
            if (!(((Outcome) outcome).item().position() instanceof RecordPlace place)) {
                // those of one list come from one source
                break;
            }
            if (place.polled().needsPlace()) {
                records.add(place.polled());
            }
        }
        return records;
    }

    /** All that were not delivered wait for a destination: their places, and those of others in their list, are free. */
    private record HeldUp(@Nullable Runnable list, Uncommitted uncommitted, List<Polled> records) implements Runnable {

        @Override
        public void run() {
            uncommitted.leave((int) records.stream().filter(Polled::heldUp).count());
            if (list != null) {
                list.run();
            }
        }
    }

    @Override
    protected void doStart() {
        pool = context().getExecutorServiceManager().newFixedThreadPool(this, threads, THREADS);
    }

    @Override
    protected void doStop() {
        waiting.forEach(Waiter::stop);
        if (pool != null) {
            context().getExecutorServiceManager().shutdown(pool);
        }
    }
}
