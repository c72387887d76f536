package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.AsyncStep;
import io.github.saddlebag.support.OnDone;
import io.github.saddlebag.support.StopSignal;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request wait, without a thread or a slot, until there is room in memory for its response, which is taken to be as
 * large as the largest one of late. That time counts towards no timeout of the request.
 */
public final class ResponseRoom extends AsyncStep {

    /** What is reserved at least: for what is as small nobody needs to wait. */
    private static final long LEAST = 1024;

    private static final long SMALLEST = 1 << 20;

    /** How slowly it is forgotten that responses were larger: by this part of it with each. */
    private static final int PART = 16;

    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private Memory memory = new Memory();
    private final @Nullable Long bound;
    private final ExecutorService pool;
    private volatile long usual = LEAST;
    private volatile long usualPoll = LEAST;
    private volatile boolean stopping;

    /**
     * @param size the most that requests and responses may take of the memory, with a unit; {@code auto}: most of the free
     *     heap
     */
    public ResponseRoom(String size, ExecutorService pool) {
        this.bound = size.trim().equals("auto") ? null : Setting.bytes("call.max-memory", size);
        if (bound != null && bound < SMALLEST) {
            throw Setting.bad("call.max-memory", size, "give at least 1MB, or auto.");
        }
        this.pool = pool;
    }

    /** A request that waits. */
    private final class Waiter {
        private final Exchange exchange;
        private final AsyncCallback callback;
        private final Reservation reservation;
        private final long sinceNanos = System.nanoTime();

        private Waiter(Exchange exchange, AsyncCallback callback, Reservation reservation) {
            this.exchange = exchange;
            this.callback = callback;
            this.reservation = reservation;
        }

        private void goOn() {
            if (waiting.remove(this)) {
                waited(exchange, System.nanoTime() - sinceNanos);
                pool.execute(() -> callback.done(false));
            }
        }

        private void stop() {
            if (waiting.remove(this)) {
                reservation.room().release();
                exchange.setException(new StoppedException("The runtime stopped before the request was made."));
                pool.execute(() -> callback.done(false));
            }
        }
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        Reservation reservation = of(exchange);
        JobState job = JobState.find(exchange);
        reservation.isOf(job != null && job.isAwaited());
        if (reservation.room().tryStart(reservation.needed())) {
            callback.done(true);
            return true;
        }
        Departures.handBack(exchange);
        Waiter waiter = new Waiter(exchange, callback, reservation);
        waiting.add(waiter);
        if (reservation.room().start(reservation.needed(), waiter::goOn)) {
            if (waiting.remove(waiter)) {
                callback.done(true);
                return true;
            }
        } else if (stopping && Batch.comesAgain(exchange)) {
            waiter.stop();
        }
        return false;
    }

    /** The reservation of the exchange; a new one for its first attempt, which ends with it. */
    Reservation of(Exchange exchange) {
        Reservation reservation = Reservation.find(exchange);
        if (reservation == null) {
            Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
            long request = exchange.getMessage().getBody() instanceof byte[] bytes ? bytes.length : 0;
            Reservation made = new Reservation(this, memory.room(batch), request);
            CallState.of(exchange).reservation(made);
            OnDone.of(exchange, done -> {
                made.room().release();
                // others may hold the exchange, such as the half of a batch while the other one waits
                done.getMessage().setBody(null);
            });
            reservation = made;
        }
        return reservation;
    }

    /** The request waits for something else than memory, which others may need meanwhile. */
    public static void lend(Exchange exchange) {
        Reservation reservation = Reservation.find(exchange);
        if (reservation != null) {
            reservation.room().lend();
        }
    }

    /**
     * The request is about to be sent.
     *
     * @throws PausedException it lent its room, or responses have become larger: it is to wait for room
     */
    public static void sent(Exchange exchange) {
        Reservation reservation = Reservation.find(exchange);
        if (reservation != null) {
            if (!reservation.isEnough()) {
                throw new PausedException(Duration.ZERO);
            }
            reservation.room().sent();
        }
    }

    /** The attempt is over; what it holds of the memory stays only where there is a response that can be used. */
    public static void landed(Exchange exchange, boolean failed) {
        Reservation reservation = Reservation.find(exchange);
        if (reservation != null) {
            waited(exchange, reservation.takeWaited());
            if (failed) {
                reservation.room().release();
            } else if (!(exchange.getMessage().getBody() instanceof Answers)) {
                reservation.room().landed();
            }
        }
    }

    private static void waited(Exchange exchange, long nanos) {
        if (nanos > 0) {
            CallState.of(exchange).clock().waited(nanos);
            JobState job = JobState.find(exchange);
            if (job != null) {
                job.waited(nanos);
            }
        }
    }

    /** A response had so many bytes. */
    void was(long bytes) {
        long before = usual;
        usual = bytes >= before ? bytes : Math.max(LEAST, before - (before - bytes) / PART);
    }

    /** A response that a job is not done yet had so many bytes. */
    void wasPending(long bytes) {
        usualPoll = Math.max(LEAST, bytes);
    }

    /**
     * As large as responses are of late.
     *
     * @param poll of those to the question whether a job is done, as long as it is not
     */
    long usual(boolean poll) {
        return poll ? usualPoll : usual;
    }

    Memory memory() {
        return memory;
    }

    private void stopAll() {
        stopping = true;
        waiting.forEach(waiter -> {
            if (Batch.comesAgain(waiter.exchange)) {
                waiter.stop();
            }
        });
    }

    @Override
    protected void doStop() {
        waiting.forEach(Waiter::stop);
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        super.setCamelContext(camelContext);
        memory = Memory.of(camelContext);
        if (bound != null) {
            memory.bound(camelContext, bound);
        }
        StopSignal.of(camelContext, this::stopAll, () -> stopping = false);
    }
}
