package io.github.saddlebag.stats;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What is counted of a pipeline's requests, once a request and never once an item. Those who know how it stands now say so
 * by the suppliers.
 */
public final class PipelineStats {

    private final Histogram latency = new Histogram();
    private final Map<CallOutcome, LongAdder> calls = new EnumMap<>(CallOutcome.class);
    private final Map<Wait, Histogram> waits = new EnumMap<>(Wait.class);
    private final LongAdder retries = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder bisections = new LongAdder();
    private final LongAdder deadLetters = new LongAdder();
    private final List<IntSupplier> inFlight = new CopyOnWriteArrayList<>();
    private volatile IntSupplier jobs = () -> 0;
    private volatile Supplier<Pause> pause = () -> Pause.NONE;
    private volatile Supplier<Duration> paused = () -> Duration.ZERO;
    private volatile DoubleSupplier learnedRate = () -> 0;
    private volatile Supplier<String> breaker = () -> "CLOSED";
    private volatile long overNanos = System.nanoTime();
    /** When the first request was sent; the first few may not agree on it. */
    private long firstNanos;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Source> sources = new CopyOnWriteArrayList<>();
    private final List<Value> values = new CopyOnWriteArrayList<>();

    /** Hears of each request, and of each wait. */
    public interface Listener {

        void over(SentCall call);

        void waited(Wait cause, long nanos);

        /** A request was refused as too many; told beside {@link #over}. */
        default void refused() {}
    }

    /**
     * Nothing is sent for a while.
     *
     * @param left how long still; zero: there is no pause
     * @param words why, for people, as in "the endpoint asked for quiet"
     */
    public record Pause(Duration left, String words) {

        public static final Pause NONE = new Pause(Duration.ZERO, "");
    }

    /**
     * Where items come from by themselves.
     *
     * @param name such as {@code file}
     * @param each how often it looks for items
     * @param silent how long it has not looked, though there is room
     */
    public record Source(String name, Duration each, Supplier<Duration> silent) {}

    /**
     * What a source says of itself.
     *
     * @param name of the meter, such as {@code saddlebag.kafka.lag}
     * @param description for people
     * @param total whether it only grows
     * @param now any thread asks
     */
    public record Value(String name, String description, boolean total, DoubleSupplier now) {}

    public PipelineStats() {
        for (CallOutcome outcome : CallOutcome.values()) {
            calls.put(outcome, new LongAdder());
        }
        for (Wait wait : Wait.values()) {
            waits.put(wait, new Histogram());
        }
    }

    /** A request is over. */
    public void over(SentCall call) {
        long now = System.nanoTime();
        overNanos = now;
        if (firstNanos == 0) {
            firstNanos = now - call.nanos();
        }
        latency.record(call.nanos());
        adder(call.outcome()).increment();
        for (Listener listener : listeners) {
            listener.over(call);
        }
    }

    /** A request has waited for so long; also if that was not at all. */
    public void waited(Wait cause, long nanos) {
        waits(cause).record(nanos);
        for (Listener listener : listeners) {
            listener.waited(cause, nanos);
        }
    }

    public void retried() {
        retries.increment();
    }

    public void refused() {
        refusals.increment();
        for (Listener listener : listeners) {
            listener.refused();
        }
    }

    public void bisected() {
        bisections.increment();
    }

    public void deadLetters(int items) {
        deadLetters.add(items);
    }

    /** How long requests took, in nanoseconds. */
    public Histogram latency() {
        return latency;
    }

    /** How long requests waited for something, in nanoseconds. */
    public Histogram waits(Wait cause) {
        return Objects.requireNonNull(waits.get(cause));
    }

    /** Requests that were sent, and are over. */
    public long calls() {
        return calls.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Those of them with this outcome. */
    public long calls(CallOutcome outcome) {
        return adder(outcome).sum();
    }

    private LongAdder adder(CallOutcome outcome) {
        return Objects.requireNonNull(calls.get(outcome));
    }

    /** How long no request has ended; since the start, where none has. */
    public Duration sinceLastCall() {
        return Duration.ofNanos(System.nanoTime() - overNanos);
    }

    /** From when a request was sent first until one ended last; zero: none was. */
    public Duration length() {
        long first = firstNanos;
        return first == 0 ? Duration.ZERO : Duration.ofNanos(overNanos - first);
    }

    /** Requests that were sent again. */
    public long retries() {
        return retries.sum();
    }

    /** Requests that were refused as too many. */
    public long refusals() {
        return refusals.sum();
    }

    /** Batches that were halved. */
    public long bisections() {
        return bisections.sum();
    }

    /** Items that became dead letters. */
    public long deadLetters() {
        return deadLetters.sum();
    }

    /** Requests in flight now. */
    public int inFlight() {
        return inFlight.stream().mapToInt(IntSupplier::getAsInt).sum();
    }

    /** Jobs that were submitted, and are not over. */
    public int jobs() {
        return jobs.getAsInt();
    }

    /** The pause that holds up all calls now. */
    public Pause pause() {
        return pause.get();
    }

    /** How long nothing was sent because of pauses, in all; the one that lasts is counted to its end. */
    public Duration paused() {
        return paused.get();
    }

    /** The rate per second that was learned from refusals; 0: none. */
    public double learnedRate() {
        return learnedRate.getAsDouble();
    }

    /** The circuit breaker's state as resilience4j names it. */
    public String breaker() {
        return breaker.get();
    }

    /** How many of its requests are in flight, of one who knows; all who know are counted together. */
    public void inFlight(IntSupplier now) {
        inFlight.add(now);
    }

    public void jobs(IntSupplier now) {
        jobs = now;
    }

    /** What the pace of the endpoint says of itself. */
    public void pace(Supplier<Pause> now, Supplier<Duration> inAll, DoubleSupplier rate) {
        pause = now;
        paused = inAll;
        learnedRate = rate;
    }

    /** One more place that items come from. */
    public void add(Source source) {
        sources.add(source);
    }

    /** Where items come from by themselves. */
    public List<Source> sources() {
        return List.copyOf(sources);
    }

    /** One more thing that a source says of itself. */
    public void add(Value value) {
        values.add(value);
    }

    /** What sources say of themselves. */
    public List<Value> values() {
        return List.copyOf(values);
    }

    public void breaker(Supplier<String> now) {
        breaker = now;
    }

    /** Tells it of each request and each wait from now on. */
    public void add(Listener listener) {
        listeners.add(listener);
    }

    /** Tells it nothing any more. */
    public void remove(Listener listener) {
        listeners.remove(listener);
    }
}
