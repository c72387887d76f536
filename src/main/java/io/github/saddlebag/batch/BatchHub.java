package io.github.saddlebag.batch;

import io.github.saddlebag.memory.Memory;
import io.github.saddlebag.memory.RoomUser;
import io.github.saddlebag.support.SenderWatch;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.trace.Spans;
import io.github.saddlebag.trace.Tracing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all {@code batch:NAME} endpoints of one name share: the gate, the parked exchanges, and the way to the consumer.
 *
 * <p>Items wait here where no consumer is there yet (a start, a reload), within the gate. Parked exchanges go on on a
 * pool of their own, never on the thread that made the call: a slow delivery must not stop the calls.
 */
public final class BatchHub implements RoomUser.Line {

    private static final Logger LOG = LoggerFactory.getLogger(BatchHub.class);

    /** How long callers wait for a first route. */
    private static final Duration ROUTE_WAIT = Duration.ofSeconds(3);

    /** How long an outcome waits for others to go on with: so seldom that it costs nothing, so soon that nobody waits. */
    private static final Duration PART_WAIT = Duration.ofMillis(50);

    private final String name;
    private final Gate gate = new Gate(BatchEndpoint.DEFAULT_MAX_IN_FLIGHT);
    private final Set<Parked> registry = ConcurrentHashMap.newKeySet();
    private final Queue<Group> backlog = new ConcurrentLinkedQueue<>();
    private final Returns returns;
    private final Lines lines = new Lines();
    private final AtomicLong gathered = new AtomicLong();
    private volatile @Nullable Runnable whenNothingCanJoin;
    private final ReadWriteLock emission = new ReentrantReadWriteLock();
    private final LongAdder late = new LongAdder();
    private final ExecutorService emitters;
    private final ExecutorService resumers;
    private final ScheduledExecutorService timer;
    private final Memory memory;
    private volatile Tracing tracing = new Tracing();
    private final BatchStats stats = new BatchStats();
    private volatile BatchMeters meters = BatchMeters.NONE;
    private volatile @Nullable BatchConsumer consumer;
    private volatile @Nullable SenderWatch senders;
    private volatile @Nullable UnaryOperator<String> told;
    private volatile boolean known;
    private volatile @Nullable Quiet quiet;
    private final Map<String, Quiet> quietKeys = new ConcurrentHashMap<>();
    private volatile boolean callersFirst = true;
    private volatile boolean draining;
    private volatile boolean stopping;
    private volatile boolean ending;
    private volatile boolean held;

    /**
     * @param emitters runs the way to the consumer for those who waited
     * @param resumers runs what follows behind {@code to: batch:}
     * @param memory counts the answers that are on their way
     */
    BatchHub(
            String name,
            ExecutorService emitters,
            ExecutorService resumers,
            ScheduledExecutorService timer,
            Memory memory) {
        this.memory = memory;
        this.name = name;
        this.emitters = emitters;
        this.resumers = resumers;
        this.timer = timer;
        this.returns = new Returns(timer, items -> resumers.execute(() -> emitAgain(items)));
    }

    /** How a producer wants its exchanges to be treated. */
    record Terms(
            boolean block,
            @Nullable Duration offerTimeout,
            @Nullable Duration replyTimeout) {}

    /** Nothing is answered for a while. */
    private record Quiet(long untilNanos, String reason, boolean forAll) {

        /** Tells a caller who cannot wait for so long; the others go on waiting. */
        void tell(Parked parked, Predicate<Item> which) {
            long left = untilNanos - System.nanoTime();
            if (left > 0 && (parked.isOver(untilNanos) || forAll && parked.isCaller())) {
                Failure failure = Failure.notNow(reason, Duration.ofNanos(left));
                parked.unsettled().stream().filter(which).forEach(item -> item.fail(failure, null));
            }
        }

        boolean isOver() {
            return untilNanos - System.nanoTime() <= 0;
        }
    }

    /** The items of an exchange that had no fate when it came to the gate; their permits are taken together. */
    private record Group(Parked parked, List<Item> items) {}

    String name() {
        return name;
    }

    Tracing tracing() {
        return tracing;
    }

    /** Whether spans are begun. */
    void tracing(Tracing newTracing) {
        tracing = newTracing;
    }

    BatchMeters meters() {
        return meters;
    }

    BatchStats stats() {
        return stats;
    }

    /** How urgent an item is, the smaller the more. */
    int urgency(Item item) {
        Position position = item.position();
        return position == null || !callersFirst ? 0 : position.urgency().ordinal();
    }

    private int urgency(List<Item> items) {
        int most = Position.Urgency.FILE.ordinal();
        for (Item item : items) {
            most = Math.min(most, urgency(item));
        }
        return most;
    }

    /** A batch left. */
    public void closed(Batch batch) {
        long waited = System.nanoTime() - batch.openedNanos();
        stats.closed(batch.id(), batch.cause(), batch.size(), waited);
        meters.closed(batch, waited);
        Spans spans = tracing.spans();
        if (spans != null) {
            batch.begin(spans);
        }
        SenderWatch watch = senders;
        if (watch != null) {
            String warning = watch.left(
                    name, batch.size(), batch.isFull(), registry.size(), batch.openedNanos(), System.nanoTime());
            if (warning != null) {
                UnaryOperator<String> words = told;
                LOG.warn(words == null ? warning : words.apply(warning));
            }
        }
    }

    /** What is said of its items is in the words of this pipeline. */
    void tells(@Nullable UnaryOperator<String> words) {
        told = words;
    }

    /** The same failure in the words of its pipeline. */
    Failure told(Failure failure) {
        UnaryOperator<String> words = told;
        return words == null ? failure : failure.told(words);
    }

    /** The same call in the words of its pipeline. */
    @Nullable
    Call told(@Nullable Call call) {
        UnaryOperator<String> words = told;
        return words == null || call == null || call.failed().isEmpty() ? call : call.told(words);
    }

    /** Who looks after the way that items come. */
    void senders(SenderWatch watch) {
        senders = watch;
    }

    /** What its answers are counted in. */
    Memory memory() {
        return memory;
    }

    private static int permits(List<Item> items) {
        int permits = 0;
        for (Item item : items) {
            permits += item.permits();
        }
        return permits;
    }

    /** What answers take that wait for others of their list. */
    @Override
    public long heldByLists() {
        return registry.stream().mapToLong(Parked::heldByList).sum();
    }

    /** The item that has waited for its outcome the longest; null: there is none. */
    @Override
    public @Nullable Item oldest() {
        Parked eldest = null;
        Item oldest = null;
        for (Parked parked : registry) {
            if (eldest == null || parked.sinceNanos() - eldest.sinceNanos() < 0) {
                Item item = parked.firstUnsettled();
                if (item != null) {
                    eldest = parked;
                    oldest = item;
                }
            }
        }
        return oldest;
    }

    void meters(BatchMeters newMeters) {
        meters = newMeters;
    }

    /** The runtime is about to stop: nothing is begun any more for those who come again. */
    void ending() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    boolean isStopping() {
        return stopping;
    }

    StoppedException stopped() {
        return new StoppedException(
                "batch:" + name + " is stopping: what is unfinished is returned, to be done at the next start.");
    }

    /** Takes an exchange in. It goes on later, on another thread. */
    void park(Parked parked, Terms terms) {
        Group group = new Group(parked, parked.unsettled());
        registry.add(parked);
        parked.begin();
        takeBack(parked);
        if (terms.replyTimeout != null) {
            parked.replyWithin(terms.replyTimeout);
        }
        Quiet now = quiet;
        if (now != null) {
            now.tell(parked, item -> true);
        }
        quietKeys.forEach((key, ofKey) -> ofKey.tell(parked, item -> hasKey(item, key)));
        if (group.items.isEmpty() || parked.isDone()) {
            letGoIfNothingCanJoin();
            return;
        }
        CountDownLatch turn = new CountDownLatch(1);
        Gate.Ticket ticket = new Gate.Ticket(
                permits(group.items),
                urgency(group.items),
                terms.block ? turn::countDown : () -> emitters.execute(() -> emit(group)));
        boolean inside;
        try {
            inside = gate.enter(ticket);
        } catch (StoppedException e) {
            parked.giveBack(stopped());
            return;
        }
        if (terms.replyTimeout != null) {
            after(terms.replyTimeout, parked, () -> replyTimedOut(parked, ticket, terms.replyTimeout));
        }
        if (inside) {
            emit(group);
            return;
        }
        letGoIfNothingCanJoin();
        if (terms.block) {
            waitForTurn(turn, group, ticket, terms.offerTimeout);
        } else if (terms.offerTimeout != null) {
            after(terms.offerTimeout, parked, () -> offerTimedOut(parked, ticket, terms.offerTimeout));
        }
    }

    private void waitForTurn(CountDownLatch turn, Group group, Gate.Ticket ticket, @Nullable Duration offerTimeout) {
        group.parked.whenDone(turn::countDown);
        try {
            if (offerTimeout == null) {
                turn.await();
            } else if (!turn.await(offerTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
                offerTimedOut(group.parked, ticket, offerTimeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (gate.leave(ticket)) {
                group.parked.giveBack(stopped());
            }
        }
        // given back while it waited: it must not be let in later, when nobody would hand it on
        if (!gate.leave(ticket) && gate.isInside(ticket)) {
            emit(group);
        }
    }

    private void after(Duration delay, Parked parked, Runnable task) {
        try {
            Future<?> scheduled = timer.schedule(Unrecoverable.told(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            parked.whenDone(() -> scheduled.cancel(false));
        } catch (RejectedExecutionException e) {
            // the runtime is down: it was given back, or will be, and must not go on a second time
        }
    }

    private void offerTimedOut(Parked parked, Gate.Ticket ticket, Duration offerTimeout) {
        if (gate.leave(ticket)) {
            parked.giveBack(
                    new GateFullException("batch:" + name + " is full: " + gate.taken() + " of " + gate.capacity()
                            + " places are taken (maxInFlight), and no room came free within " + offerTimeout.toMillis()
                            + "ms (offerTimeout). Send more slowly, or try again later."));
        }
    }

    /**
     * Nothing is answered for so long: callers whose time is over before that are told at once, now and until then.
     *
     * @param forAll whether all callers are told, however long they would wait
     * @param key the key whose items are not answered; null: none are
     */
    public void quiet(Duration pause, String reason, boolean forAll, @Nullable String key) {
        Quiet now = new Quiet(System.nanoTime() + pause.toNanos(), reason, forAll);
        if (key != null) {
            quietKeys.values().removeIf(Quiet::isOver);
            quietKeys.put(key, now);
            registry.forEach(parked -> now.tell(parked, item -> hasKey(item, key)));
            return;
        }
        Quiet before = quiet;
        if (before != null && before.untilNanos - now.untilNanos > 0 && (before.forAll || !forAll)) {
            return;
        }
        quiet = now;
        registry.forEach(parked -> now.tell(parked, item -> true));
    }

    private boolean hasKey(Item item, String key) {
        BatchConsumer to = consumer;
        return to != null && to.key(item).equals(key);
    }

    public void quietIsOver() {
        quiet = null;
    }

    private void replyTimedOut(Parked parked, Gate.Ticket ticket, Duration replyTimeout) {
        gate.leave(ticket);
        Failure failure = new Failure(
                "No answer within " + replyTimeout.toMillis() + "ms (replyTimeout of batch:" + name
                        + "); the request may still be under way.",
                null,
                true);
        for (Item item : parked.unsettled()) {
            item.fail(failure, null);
        }
    }

    /** Hands a group that is inside the gate to the consumer; without one it waits. */
    private void emit(Group group) {
        for (Item item : group.items) {
            item.handOver(null, this);
        }
        emission.readLock().lock();
        try {
            BatchConsumer to = consumer;
            if (stopping && isLeft(group.parked)) {
                giveBack(group);
                return;
            }
            if (to == null || draining && !stopping) {
                backlog.add(group);
                return;
            }
            group.parked.emitted();
            to.emit(group.items);
        } finally {
            emission.readLock().unlock();
        }
    }

    /** Hands items that are due to the consumer, together. */
    private void emitAgain(List<Item> items) {
        emission.readLock().lock();
        try {
            BatchConsumer to = consumer;
            if (to != null && !draining && !stopping) {
                to.emit(items);
            } else {
                items.forEach(item -> emit(new Group(Objects.requireNonNull(item.parked()), List.of(item))));
            }
        } finally {
            emission.readLock().unlock();
        }
    }

    /** At a stop: only callers who were let in are still served. */
    private static boolean isLeft(Item item) {
        return isLeft(Objects.requireNonNull(item.parked()));
    }

    private static boolean isLeft(Parked parked) {
        return !parked.isEmitted() || parked.comesAgain();
    }

    /**
     * Takes an item back for a later batch. It keeps its permits, and goes past the gate.
     *
     * @return false: {@code holder} did not hold it
     */
    boolean putBack(Item item, Object holder, Duration delay) {
        Parked parked = item.parked();
        if (parked == null || !item.handOver(holder, this)) {
            return false;
        }
        returns.add(item, delay);
        if (stopping && isLeft(parked) && returns.remove(item)) {
            giveBack(new Group(parked, List.of(item)));
        }
        return true;
    }

    private void giveBack(Item item) {
        giveBack(new Group(Objects.requireNonNull(item.parked()), List.of(item)));
    }

    private void giveBack(Group group) {
        group.parked.giveBack(group.items, stopped());
        group.items.forEach(item -> letGo(item, this));
    }

    /** @throws IllegalStateException another route consumes from this name */
    void attach(BatchConsumer newConsumer, int maxInFlight, boolean callersGoFirst) {
        emission.writeLock().lock();
        try {
            if (consumer != null && consumer != newConsumer) {
                throw new IllegalStateException(
                        "batch:" + name + " has a consumer already: only one route can start with it.");
            }
            consumer = newConsumer;
            callersFirst = callersGoFirst;
            known = true;
            // who holds it lets it go on, unless a stop has ended that
            held &= !stopping;
            draining = held;
            stopping = false;
            ending = false;
        } finally {
            emission.writeLock().unlock();
        }
        gate.open(maxInFlight);
        emitBacklog();
    }

    private void emitBacklog() {
        for (int i = backlog.size(); i > 0; i--) {
            Group next = backlog.poll();
            if (next != null) {
                emitters.execute(() -> emit(next));
            }
        }
    }

    /** Does not wait: a step that hangs must not keep the route from being stopped. */
    void detach(BatchConsumer oldConsumer) {
        if (consumer == oldConsumer) {
            consumer = null;
        }
    }

    /** Whether a route began with this name at any time; then items wait for the next. */
    boolean isKnown() {
        return known;
    }

    /**
     * Callers wait for a first route as long as a context takes that starts, or loads one after another, and no longer.
     *
     * @param refusal why nobody would answer; null: the context has not started yet
     */
    void expectRoute(Supplier<@Nullable String> refusal) {
        goOnLater(() -> refuseCallers(refusal), ROUTE_WAIT);
    }

    private void refuseCallers(Supplier<@Nullable String> refusal) {
        if (known || stopping) {
            return;
        }
        String why = refusal.get();
        if (why == null) {
            expectRoute(refusal);
            return;
        }
        Failure failure = new Failure("batch:" + name + ": " + why);
        for (Parked parked : registry) {
            if (parked.isCaller()) {
                parked.unsettled().forEach(item -> item.fail(failure, null));
            }
        }
    }

    boolean hasConsumer() {
        return consumer != null;
    }

    /** Emits nothing more: what arrives from now on waits for the next consumer. Returns when no emission is under way. */
    void drain() {
        draining = true;
        try {
            emission.writeLock().lockInterruptibly();
            emission.writeLock().unlock();
        } catch (InterruptedException e) {
            // the time for a graceful stop is over
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Emits nothing more, and takes back what was emitted and was not sent yet: it waits, in its place, until {@link #goOn},
     * whatever consumer comes meanwhile. Whoever calls this ends the waits of those on their way, who then tell their batches.
     */
    public void hold() {
        held = true;
        drain();
        Runnable leave = whenNothingCanJoin;
        if (leave != null) {
            leave.run();
        }
    }

    /** Whether what is emitted is taken back, unless its request is on its way. */
    boolean isHeld() {
        return held;
    }

    /** Whether nothing is under way, of what was emitted before it was held. */
    public boolean isQuiet() {
        return gathered.get() == 0 && underWay() == 0;
    }

    /** Emits again what was held. */
    public void goOn() {
        // what is being put into the backlog is there by then
        emission.writeLock().lock();
        held = false;
        draining = false;
        emission.writeLock().unlock();
        emitBacklog();
    }

    /** Takes items of one batch back, that keep their places in and in front of the gate. */
    void takeBack(List<Item> items) {
        Map<Parked, List<Item>> byParked = new LinkedHashMap<>();
        for (Item item : items) {
            byParked.computeIfAbsent(Objects.requireNonNull(item.parked()), parked -> new ArrayList<>())
                    .add(item);
        }
        byParked.forEach((parked, some) -> emit(new Group(parked, some)));
    }

    /** Gives back what was emitted and has not ended; what waits for a consumer goes on waiting. */
    void giveBackUnderWay() {
        for (Parked parked : registry) {
            if (parked.isEmitted()) {
                parked.giveBack(stopped());
            }
        }
    }

    /** The runtime stops: nothing comes in any more, what is under way may finish, the rest is given back. */
    void stop() {
        ending = true;
        stopping = true;
        gate.close();
        drain();
        for (Parked parked : registry) {
            if (held || !parked.isEmitted()) {
                parked.giveBack(stopped());
            }
        }
        returns.removeAll(BatchHub::isLeft).forEach(this::giveBack);
        lines.removeWaiting(BatchHub::isLeft).forEach(this::giveBack);
    }

    /** Gives back all that is left. */
    void giveBackAll() {
        ending = true;
        stopping = true;
        gate.close();
        for (Parked parked : registry) {
            parked.giveBack(stopped());
        }
    }

    /** Lets an exchange go on, on a thread of the pool. */
    void resume(Parked parked, Runnable task) {
        registry.remove(parked);
        try {
            resumers.execute(task);
        } catch (RejectedExecutionException e) {
            // the runtime is down; a caller on another thread may still be waiting
            task.run();
        }
    }

    /** Lets those items of a list go on that have their fate; a little later, together with those that follow. */
    void soon(Runnable part) {
        goOnLater(part, PART_WAIT);
    }

    private void goOnLater(Runnable task, Duration wait) {
        try {
            timer.schedule(Unrecoverable.told(() -> resumers.execute(task)), wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // the runtime is down: what waits for this ends with it
        }
    }

    /** Nobody holds the item any more, if {@code holder} was the last. */
    void letGo(Item item, Object holder) {
        if (item.handOver(holder, null)) {
            gate.release(item.permits());
            takeTurns(lines.leave(List.of(item)));
        }
    }

    /** So much room at the gate is taken by items that came into open batches; negative: that left with them. */
    public void gathering(long places) {
        gathered.addAndGet(places);
    }

    /** @param whether what files bring could be sent on soon; where it could not, they wait at the gate */
    public void demand(BooleanSupplier whether) {
        gate.demand(whether);
    }

    /** @param task lets all open batches leave */
    public void whenNothingCanJoin(Runnable task) {
        whenNothingCanJoin = task;
    }

    /**
     * Open batches wait for company in vain where all that is here is in them, or in line behind what is in them, and
     * nothing comes: the gate is full, or the sources are at their end. Not to be called under the aggregator's lock.
     */
    void letGoIfNothingCanJoin() {
        Runnable leave = whenNothingCanJoin;
        long here = gathered.get();
        if (leave != null
                && here > 0
                && gate.taken() == here + lines.places()
                && (gate.waiting() > 0
                        || registry.stream()
                                .allMatch(lines.places() > 0 ? Parked::isSourceWaiting : Parked::isSourceEnded))) {
            leave.run();
        }
    }

    /** A source waits for the fates of its items: perhaps open batches wait for it in vain. */
    void sourceWaits() {
        if (lines.places() > 0 && gathered.get() > 0) {
            try {
                emitters.execute(this::letGoIfNothingCanJoin);
            } catch (RejectedExecutionException e) {
                // the runtime is down
            }
        }
    }

    /** Gives back what a source takes back, but for what is under way. */
    void sourceTakesBack() {
        registry.forEach(BatchHub::takeBack);
    }

    private static void takeBack(Parked parked) {
        if (parked.isTakenBack()) {
            parked.unsettled().forEach(item -> item.withdraw("Its source took it back before it was sent."));
        }
    }

    /** Who waits for items of the same id. */
    Lines lines() {
        return lines;
    }

    /** The items in front of these are over: hands them to the consumer, on another thread. */
    void takeTurns(List<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        try {
            emitters.execute(() -> emitAgain(items));
        } catch (RejectedExecutionException e) {
            // the runtime is down, and they were given back, or will be
        }
    }

    void release(int permits) {
        if (permits > 0) {
            gate.release(permits);
        }
    }

    void late() {
        late.increment();
    }

    /** Fates that came too late, for items that had one already. */
    long lateFates() {
        return late.sum();
    }

    /** Exchanges that wait for the fates of their items. */
    int parked() {
        return registry.size();
    }

    /** Exchanges whose items are under way, not counting those in front of the gate. */
    int underWay() {
        int count = 0;
        for (Parked parked : registry) {
            if (held ? parked.isUnderWay() : parked.isEmitted()) {
                count++;
            }
        }
        return count;
    }

    /** Permits that are taken at the gate: items, where none is larger than 16 KiB. */
    int inFlight() {
        return gate.taken();
    }

    int capacity() {
        return gate.capacity();
    }

    /** Exchanges in front of the gate. */
    int waiting() {
        return gate.waiting();
    }

    double oldestSeconds() {
        long now = System.nanoTime();
        long oldest = 0;
        for (Parked parked : registry) {
            oldest = Math.max(oldest, now - parked.sinceNanos());
        }
        return oldest / 1e9;
    }
}
