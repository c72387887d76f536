package io.github.saddlebag.pace;

import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says who may begin next, and keeps what may be in flight and how fast it follows: a place, in all and of its
 * {@link Lane}, the pace of the endpoint, a token of the rate, and room for a job. All of them are taken at once, so that who waits for one
 * keeps no other from anybody; nobody holds a thread.
 *
 * <p>The most urgent go first, and among them lanes take turns; within a lane it is first come, first served. Who is less
 * urgent goes all the same after {@value #PASSED} others went past. The first of all goes alone, for a second at most: while it
 * loads classes and opens a connection, others would only load and open the same.
 */
public final class Lanes {

    /** How many urgencies there are. */
    public static final int URGENCIES = 3;

    /** So many that are more urgent go past somebody, no more. */
    private static final int PASSED = 9;

    private static final long FIRST_ALONE_NANOS = 1_000_000_000;
    private static final long NONE = Long.MAX_VALUE;

    /** Runs something later. */
    public interface Timer {
        /** @param nanos greater than 0 */
        void after(long nanos, Runnable task);
    }

    private final Object lock = new Object();
    /** By urgency: lanes in which somebody waits and who, as far as is known, may begin. */
    private final List<Deque<Lane>> ready = IntStream.range(0, URGENCIES)
            .<Deque<Lane>>mapToObj(i -> new ArrayDeque<>())
            .toList();

    /** Lanes in which somebody waits. */
    private final Set<Lane> crowded = new LinkedHashSet<>();

    private final int[] passed = new int[URGENCIES];
    private final LongSupplier nanos;
    private final IntSupplier places;
    private final IntSupplier placesPerLane;
    private final Tokens tokens;
    private final @Nullable Supplier<Pace> pace;
    private final Timer timer;
    private long entered;
    private int inFlight;
    /** As many wait for nothing that is their lane's own. */
    private int readyTurns;

    private int mostJobs = Integer.MAX_VALUE;
    private int jobs;
    private boolean first = true;
    private @Nullable Turn firstTurn;
    private final List<Runnable> afterFirst = new ArrayList<>(0);
    private long timedUntil = NONE;
    private @Nullable Wait keptBy;
    private volatile boolean stopping;
    /** When the runtime's time to stop is over. */
    private volatile long endNanos;

    /**
     * @param places the most in flight, asked each time
     * @param placesPerLane the most in flight of one lane, asked each time
     * @param tokens the rate of all
     * @param pace that of the endpoint of all lanes; null: each has its own
     */
    public Lanes(
            LongSupplier nanos,
            IntSupplier places,
            IntSupplier placesPerLane,
            Tokens tokens,
            @Nullable Supplier<Pace> pace,
            Timer timer) {
        this.nanos = nanos;
        this.places = places;
        this.placesPerLane = placesPerLane;
        this.tokens = tokens;
        this.pace = pace;
        this.timer = timer;
    }

    private record Begun(Turn turn, Wait keptBy, long nanos) {}

    /** Gets in line; it may begin at once, on this thread. */
    public void enter(Turn turn) {
        add(turn);
        look();
    }

    /** Gets in line, and nobody begins before somebody {@link #look looks}. */
    public void add(Turn turn) {
        synchronized (lock) {
            if (turn.state != Turn.State.OUTSIDE) {
                return;
            }
            turn.state = Turn.State.WAITS;
            turn.number = entered++;
            getInLine(turn);
        }
    }

    private void getInLine(Turn turn) {
        if (!turn.lane.isCrowded()) {
            crowded.add(turn.lane);
        }
        turn.lane.add(turn);
        list(turn.lane);
    }

    private void countReady(Lane lane) {
        readyTurns += lane.readyMore();
    }

    private boolean leaveLine(Turn turn) {
        boolean waited = turn.lane.remove(turn);
        if (waited && !turn.lane.isCrowded()) {
            crowded.remove(turn.lane);
        }
        countReady(turn.lane);
        return waited;
    }

    /** It has become more urgent, or less, while it waits. */
    public void urgency(Turn turn, int urgency) {
        synchronized (lock) {
            int now = Math.min(URGENCIES - 1, urgency);
            if (turn.urgency == now) {
                return;
            }
            boolean inLine = turn.state == Turn.State.WAITS && leaveLine(turn);
            turn.urgency = now;
            if (!inLine) {
                return;
            }
            getInLine(turn);
        }
        look();
    }

    /** What was begun is over, or turned back on its way: somebody else may begin. Told twice, it counts once. */
    public void leave(Turn turn) {
        if (end(turn)) {
            if (turn == firstTurn) {
                endFirst();
            } else {
                look();
            }
        }
    }

    /**
     * Asks whether it may be made, of one that is no {@link Turn#isAttempt attempt} until now.
     *
     * @param then run when it may, unless true is returned
     */
    public boolean becomesAttempt(Turn turn, Runnable then) {
        synchronized (lock) {
            if (isFirstUnderWay()) {
                afterFirst.add(then);
                return false;
            }
            goesFirst(turn);
            return true;
        }
    }

    private boolean isFirstUnderWay() {
        return first && firstTurn != null;
    }

    private void goesFirst(Turn turn) {
        if (first) {
            firstTurn = turn;
            timer.after(FIRST_ALONE_NANOS, this::endFirst);
        }
    }

    /** The first of all need not be alone any longer. */
    public void endFirst() {
        List<Runnable> others;
        synchronized (lock) {
            first = false;
            others = List.copyOf(afterFirst);
            afterFirst.clear();
        }
        look();
        others.forEach(Runnable::run);
    }

    /** It does not use its place, nor its token. False: it had none. */
    public boolean handBack(Turn turn) {
        boolean had;
        synchronized (lock) {
            had = end(turn);
            if (had) {
                tokens.giveBack();
                if (!turn.lane.countsSent) {
                    turn.lane.tokens.giveBack();
                }
            }
        }
        if (had) {
            look();
        }
        return had;
    }

    private boolean end(Turn turn) {
        synchronized (lock) {
            if (turn.state != Turn.State.BEGUN) {
                return false;
            }
            turn.state = Turn.State.OVER;
            inFlight--;
            turn.lane.inFlight--;
            if (turn.lane.leaving == turn) {
                turn.lane.leaving = null;
            }
            list(turn.lane);
            return true;
        }
    }

    /** Its job is over, or is not begun. Told twice, it counts once. */
    public void leaveRoom(Turn turn) {
        synchronized (lock) {
            if (!turn.hasRoom) {
                return;
            }
            turn.hasRoom = false;
            jobs--;
            crowded.forEach(this::list);
        }
        look();
    }

    private boolean hasRoom() {
        return jobs < mostJobs;
    }

    /** It is on its way to the endpoint. */
    public void sent(Turn turn) {
        synchronized (lock) {
            if (turn.lane.leaving != turn) {
                return;
            }
            turn.lane.leaving = null;
            turn.lane.tokens.take(nanos.getAsLong());
            list(turn.lane);
        }
        look();
    }

    /** Leaves the line. False: it was not in it. */
    public boolean withdraw(Turn turn) {
        synchronized (lock) {
            return remove(turn);
        }
    }

    private boolean remove(Turn turn) {
        if (turn.state != Turn.State.WAITS) {
            return false;
        }
        turn.state = Turn.State.OVER;
        leaveLine(turn);
        return true;
    }

    private Stream<Turn> waiting() {
        return crowded.stream().flatMap(Lane::waiting);
    }

    /**
     * The runtime stops: who comes again at its next start leaves the line. The others are still served, unless the time is
     * over before that.
     *
     * @param untilNanos when it is over
     */
    public void stop(long untilNanos) {
        endNanos = untilNanos;
        stopping = true;
        turnBack(Turn::comesAgain);
        turnBackLater(untilNanos);
    }

    /** The runtime starts again. */
    public void start() {
        stopping = false;
    }

    public boolean isStopping() {
        return stopping;
    }

    /** Turns back who got in line in vain, as the runtime stops. */
    public void turnBackInVain(Turn turn) {
        if (stopping && turn.comesAgain()) {
            turnBack(turn);
        } else if (stopping) {
            turnBackLater(endNanos);
        }
    }

    /** Turns it back if it is in line. */
    public void turnBack(Turn turn) {
        if (withdraw(turn)) {
            turn.turnedBack(Duration.ZERO);
        }
    }

    /** Turns back those of a kind who are in line. */
    public void turnBack(Predicate<Turn> kind) {
        List<Turn> some = new ArrayList<>();
        synchronized (lock) {
            for (Turn turn : waiting().toList()) {
                if (kind.test(turn) && remove(turn)) {
                    some.add(turn);
                }
            }
        }
        some.sort(Turn.FIRST_COME);
        some.forEach(turn -> turn.turnedBack(Duration.ZERO));
    }

    /** Turns back those whose turn cannot come before a point in time, as far as rates and pauses tell. */
    void turnBackLater(long untilNanos) {
        List<Turn> late = new ArrayList<>();
        synchronized (lock) {
            long now = nanos.getAsLong();
            long left = untilNanos - now;
            Map<Lane, Integer> before = new IdentityHashMap<>();
            int all = 0;
            for (Turn turn : waiting().sorted(Turn.MOST_URGENT).toList()) {
                Lane lane = turn.lane;
                int ofLane = before.merge(lane, 1, Integer::sum) - 1;
                Pace own = lane.pace;
                Pace asked = own != null || pace == null ? own : pace.get();
                long wait = Math.max(tokens.nanosToWait(now, all), lane.tokens.nanosToWait(now, ofLane));
                if (Math.max(wait, asked == null ? 0 : asked.pause().toNanos()) > left && remove(turn)) {
                    late.add(turn);
                } else {
                    all++;
                }
            }
        }
        late.forEach(turn -> turn.turnedBack(Duration.ZERO));
    }

    /** Something has changed: lets those begin who may. */
    public void look() {
        List<Begun> begun = new ArrayList<>(2);
        List<Turn> over = new ArrayList<>(0);
        Duration[] pauses = {Duration.ZERO};
        synchronized (lock) {
            while (mayBegin() && beginOne(begun, over, pauses)) {
                // the next one
            }
        }
        for (Turn turn : over) {
            turn.turnedBack(pauses[0]);
        }
        for (Begun each : begun) {
            each.turn.begin(each.keptBy, each.nanos);
        }
    }

    private boolean mayBegin() {
        if (inFlight >= places.getAsInt() || next() < 0) {
            return false;
        }
        long wait = tokens.nanosToWait(nanos.getAsLong());
        if (wait > 0) {
            keptBy = Wait.RATE;
            lookIn(wait);
        }
        return wait <= 0;
    }

    /** @return false: nobody may begin for now */
    private boolean beginOne(List<Begun> begun, List<Turn> over, Duration[] pauses) {
        int urgency = next();
        Lane lane = ready.get(urgency).removeFirst();
        lane.listed[urgency] = false;
        Turn turn = lane.first(urgency, false, hasRoom());
        if (turn == null || lane.timed || lane.leaving != null || lane.inFlight >= placesPerLane.getAsInt()) {
            // it is listed again when that is over
            countReady(lane);
            return true;
        }
        if (turn.isAttempt() && isFirstUnderWay()) {
            ready.get(urgency).addFirst(lane);
            lane.listed[urgency] = true;
            return false;
        }
        long wait = lane.tokens.nanosToWait(nanos.getAsLong());
        if (wait > 0) {
            keep(lane, Wait.RATE, wait);
            return true;
        }
        Pace own = lane.pace;
        Pace asked = own != null || pace == null ? own : pace.get();
        wait = asked == null ? 0 : asked.tryTake();
        if (wait <= 0) {
            begun.add(begin(lane, urgency));
            return true;
        }
        Duration pause = asked == null ? Duration.ZERO : asked.pause();
        if (!pause.isZero() && turn.isTooLong(pause)) {
            remove(turn);
            over.add(turn);
            pauses[0] = pause;
            list(lane);
            return true;
        }
        if (own != null) {
            keep(lane, Wait.PAUSE, wait);
            return true;
        }
        ready.get(urgency).addFirst(lane);
        lane.listed[urgency] = true;
        keptBy = Wait.PAUSE;
        lookIn(wait);
        return false;
    }

    /** Which urgency has its turn: the greatest, unless another was passed too often. */
    private int next() {
        int first = -1;
        for (int i = 0; i < URGENCIES; i++) {
            if (!ready.get(i).isEmpty()) {
                if (first >= 0 && passed[i] >= PASSED) {
                    return i;
                }
                first = first < 0 ? i : first;
            }
        }
        return first;
    }

    private void keep(Lane lane, Wait by, long wait) {
        lane.keptBy = by;
        lane.timed = true;
        countReady(lane);
        timer.after(wait, () -> {
            synchronized (lock) {
                lane.timed = false;
                list(lane);
            }
            look();
        });
    }

    private void lookIn(long wait) {
        long at = nanos.getAsLong() + wait;
        if (timedUntil != NONE && timedUntil - at <= 0) {
            return;
        }
        timedUntil = at;
        timer.after(wait, () -> {
            synchronized (lock) {
                if (timedUntil == at) {
                    timedUntil = NONE;
                }
            }
            look();
        });
    }

    private void list(Lane lane) {
        if (lane.timed) {
            return;
        }
        for (int i = 0; i < URGENCIES; i++) {
            if (!lane.listed[i] && lane.waits(i, hasRoom())) {
                lane.listed[i] = true;
                ready.get(i).addLast(lane);
            }
        }
        countReady(lane);
    }

    /** What kept the lane's next one, and so those behind it, the last time that it was kept. */
    private Wait cause(Lane lane) {
        Wait cause = lane.keptBy != null ? lane.keptBy : keptBy;
        lane.keptBy = null;
        keptBy = null;
        return cause == null ? Wait.ADMISSION : cause;
    }

    private Begun begin(Lane lane, int urgency) {
        Turn turn = Objects.requireNonNull(lane.first(urgency, true, hasRoom()));
        leaveLine(turn);
        turn.state = Turn.State.BEGUN;
        if (turn.isJob()) {
            turn.hasRoom = true;
            jobs++;
        }
        if (turn.isAttempt()) {
            goesFirst(turn);
        }
        long now = nanos.getAsLong();
        tokens.take(now);
        if (!lane.countsSent) {
            lane.tokens.take(now);
        } else {
            lane.leaving = turn;
        }
        inFlight++;
        lane.inFlight++;
        passed[urgency] = 0;
        for (int i = urgency + 1; i < URGENCIES; i++) {
            passed[i] += ready.get(i).isEmpty() ? 0 : 1;
        }
        list(lane);
        return new Begun(turn, cause(lane), Math.max(0, now - turn.enteredNanos));
    }

    /** How many wait, and would begin as soon as there is a place; not those whose lane keeps them for itself. */
    public int ready() {
        synchronized (lock) {
            return readyTurns;
        }
    }

    /** The most jobs that are not over, at least 1; to be called before anybody gets in line. */
    public void mostJobs(int most) {
        mostJobs = most;
    }

    /** How many jobs have begun and are not over. */
    public int jobs() {
        synchronized (lock) {
            return jobs;
        }
    }

    /** How many wait to begin a job. */
    public int jobsWaiting() {
        synchronized (lock) {
            return (int) waiting().filter(Turn::isJob).count();
        }
    }

    /** How many have begun and are not over. */
    public int inFlight() {
        synchronized (lock) {
            return inFlight;
        }
    }

    /** How many of the lane have begun and are not over. */
    public int inFlight(Lane lane) {
        synchronized (lock) {
            return lane.inFlight;
        }
    }

    /** Whether nothing would be lost if the lane were forgotten. */
    public boolean isIdle(Lane lane) {
        synchronized (lock) {
            return lane.isIdle() && lane.tokens.nanosToWait(nanos.getAsLong()) <= 0;
        }
    }
}
