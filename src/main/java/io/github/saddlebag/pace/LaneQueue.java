package io.github.saddlebag.pace;

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
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is in line, which lane is next, and who leaves the line without having begun, as at a stop. There is room for so many
 * jobs, and who begins one waits for that, too.
 */
abstract class LaneQueue {

    /** How many urgencies there are. */
    public static final int URGENCIES = 3;

    /** So many that are more urgent go past somebody, no more. */
    static final int PASSED = 9;

    final Object lock = new Object();
    final LongSupplier nanos;
    final Tokens tokens;
    private final @Nullable Supplier<Pace> pace;
    /** By urgency: lanes in which somebody waits and who, as far as is known, may begin. */
    private final List<Deque<Lane>> ready = IntStream.range(0, URGENCIES)
            .<Deque<Lane>>mapToObj(i -> new ArrayDeque<>())
            .toList();

    /** Lanes in which somebody waits. */
    private final Set<Lane> crowded = new LinkedHashSet<>();

    private final int[] passed = new int[URGENCIES];
    private long entered;
    /** As many wait for nothing that is their lane's own. */
    private int readyTurns;

    private final JobRooms jobs = new JobRooms();
    private volatile boolean stopping;
    /** When the runtime's time to stop is over. */
    private volatile long endNanos;

    LaneQueue(LongSupplier nanos, Tokens tokens, @Nullable Supplier<Pace> pace) {
        this.nanos = nanos;
        this.tokens = tokens;
        this.pace = pace;
    }

    /** Gets in line, and nobody begins before somebody {@link #look looks}. */
    public final void add(Turn turn) {
        synchronized (lock) {
            if (turn.state != Turn.State.OUTSIDE) {
                return;
            }
            turn.state = Turn.State.WAITS;
            turn.number = entered++;
            getInLine(turn);
        }
    }

    final void getInLine(Turn turn) {
        if (!turn.lane.isCrowded()) {
            crowded.add(turn.lane);
        }
        turn.lane.add(turn);
        list(turn.lane);
    }

    /** False: nothing changes for anybody. */
    final boolean changeUrgency(Turn turn, int urgency) {
        if (turn.urgency == urgency) {
            return false;
        }
        boolean inLine = turn.state == Turn.State.WAITS && leaveLine(turn);
        turn.urgency = urgency;
        if (inLine) {
            getInLine(turn);
        }
        return inLine;
    }

    final void countReady(Lane lane) {
        readyTurns += lane.readyMore();
    }

    final boolean leaveLine(Turn turn) {
        boolean waited = turn.lane.remove(turn);
        if (waited && !turn.lane.isCrowded()) {
            crowded.remove(turn.lane);
        }
        countReady(turn.lane);
        return waited;
    }

    /** Leaves the line. False: it was not in it. */
    public final boolean withdraw(Turn turn) {
        synchronized (lock) {
            return remove(turn);
        }
    }

    final boolean remove(Turn turn) {
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
    public final void stop(long untilNanos) {
        endNanos = untilNanos;
        stopping = true;
        turnBack(Turn::comesAgain);
        turnBackLater(untilNanos);
    }

    /** The runtime starts again. */
    public final void start() {
        stopping = false;
    }

    public final boolean isStopping() {
        return stopping;
    }

    /** Turns back who got in line in vain, as the runtime stops. */
    public final void turnBackInVain(Turn turn) {
        if (stopping && turn.comesAgain()) {
            turnBack(turn);
        } else if (stopping) {
            turnBackLater(endNanos);
        }
    }

    /** Turns it back if it is in line. */
    public final void turnBack(Turn turn) {
        if (withdraw(turn)) {
            turn.turnedBack(Duration.ZERO);
        }
    }

    /** Turns back those of a kind who are in line. */
    public final void turnBack(Predicate<Turn> kind) {
        List<Turn> some;
        synchronized (lock) {
            some = waiting().filter(kind).sorted(Turn.FIRST_COME).toList();
            some.forEach(this::remove);
        }
        some.forEach(turn -> turn.turnedBack(Duration.ZERO));
    }

    /** Turns back those whose turn cannot come before a point in time, as far as rates and pauses tell. */
    final void turnBackLater(long untilNanos) {
        List<Turn> late = new ArrayList<>();
        synchronized (lock) {
            long now = nanos.getAsLong();
            long left = untilNanos - now;
            Map<Lane, Integer> before = new IdentityHashMap<>();
            int all = 0;
            for (Turn turn : waiting().sorted(Turn.MOST_URGENT).toList()) {
                Lane lane = turn.lane;
                int ofLane = before.merge(lane, 1, Integer::sum) - 1;
                long wait = Math.max(tokens.nanosToWait(now, all), lane.tokens.nanosToWait(now, ofLane));
                if (Math.max(wait, lane.pause(paceOfAll()).toNanos()) > left && remove(turn)) {
                    late.add(turn);
                } else {
                    all++;
                }
            }
        }
        late.forEach(turn -> turn.turnedBack(Duration.ZERO));
    }

    final void list(Lane lane) {
        if (lane.timed) {
            return;
        }
        for (int i = 0; i < URGENCIES; i++) {
            if (!lane.listed[i] && lane.waits(i, jobs.hasRoom())) {
                lane.listed[i] = true;
                ready.get(i).addLast(lane);
            }
        }
        countReady(lane);
    }

    /** Which urgency has its turn: the greatest, unless another was passed too often. */
    final int next() {
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

    /** How many wait, and would begin as soon as there is a place; not those whose lane keeps them for itself. */
    public final int ready() {
        synchronized (lock) {
            return readyTurns;
        }
    }

    /** The most jobs that are not over, at least 1; to be called before anybody gets in line. */
    public final void mostJobs(int most) {
        jobs.most(most);
    }

    /** How many jobs have begun and are not over. */
    public final int jobs() {
        synchronized (lock) {
            return jobs.taken();
        }
    }

    /** How many wait to begin a job. */
    public final int jobsWaiting() {
        synchronized (lock) {
            return (int) waiting().filter(Turn::isJob).count();
        }
    }

    /** Takes the lane that is next of an urgency out of those that are ready. */
    final Lane take(int urgency) {
        Lane lane = ready.get(urgency).removeFirst();
        lane.listed[urgency] = false;
        return lane;
    }

    /** It is next all the same. */
    final void putBack(Lane lane, int urgency) {
        ready.get(urgency).addFirst(lane);
        lane.listed[urgency] = true;
    }

    /** Who is first there; null: nobody waits for anything but room for a job. */
    final @Nullable Turn first(Lane lane, int urgency) {
        return lane.first(urgency, false, jobs.hasRoom());
    }

    /** Takes the first one out of the line, for it begins. */
    final Turn takeFirst(Lane lane, int urgency) {
        Turn turn = Objects.requireNonNull(lane.first(urgency, true, jobs.hasRoom()));
        leaveLine(turn);
        turn.state = Turn.State.BEGUN;
        if (turn.isJob()) {
            jobs.take(turn);
        }
        passed[urgency] = 0;
        for (int i = urgency + 1; i < URGENCIES; i++) {
            passed[i] += ready.get(i).isEmpty() ? 0 : 1;
        }
        return turn;
    }

    /** False: it had no room. */
    final boolean takeRoomBack(Turn turn) {
        boolean had = jobs.giveBack(turn);
        if (had) {
            crowded.forEach(this::list);
        }
        return had;
    }

    /** The pace that the requests of all lanes follow; null: none. */
    final @Nullable Pace paceOfAll() {
        return pace == null ? null : pace.get();
    }
}
