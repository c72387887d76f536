package io.github.saddlebag.pace;

import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One that waits in {@link Lanes} until it may begin, and from then on has a place until it leaves. Used once.
 *
 * <p>What is not final belongs to the lanes, and is used under their lock.
 */
public abstract class Turn {

    /** Who came first, by what it says of itself; those who say the same, as they got in line. */
    static final Comparator<Turn> FIRST_COME = (a, b) -> {
        long sooner = a.sinceNanos - b.sinceNanos;
        return sooner == 0 ? Long.compare(a.number, b.number) : Long.signum(sooner);
    };

    static final Comparator<Turn> MOST_URGENT =
            Comparator.<Turn>comparingInt(turn -> turn.urgency).thenComparing(FIRST_COME);

    enum State {
        OUTSIDE,
        WAITS,
        BEGUN,
        OVER
    }

    final Lane lane;
    final long sinceNanos;
    final long enteredNanos = System.nanoTime();

    int urgency;
    long number;
    State state = State.OUTSIDE;
    boolean hasRoom;

    /** Where it waits in its lane; null: it does not wait. */
    @Nullable
    Object row;

    /** Its neighbours there. */
    @Nullable
    Turn before;

    @Nullable
    Turn behind;

    /**
     * @param lane what it has in common with others
     * @param urgency 0 or greater: those of a smaller number go first
     * @param sinceNanos when it came, of {@link System#nanoTime}
     */
    protected Turn(Lane lane, int urgency, long sinceNanos) {
        this.lane = lane;
        this.urgency = Math.min(Lanes.URGENCIES - 1, urgency);
        this.sinceNanos = sinceNanos;
    }

    /** The pace of its lane alone; null: it has none. */
    public @Nullable Pace pace() {
        return lane.pace;
    }

    /** How many of its lane have begun and are not over; without the lock, as far as is known. */
    public int inFlightOfLane() {
        return lane.inFlight;
    }

    /**
     * It has its place, and is to begin. Called once, by any thread, without a lock.
     *
     * @param keptBy what it waited for last
     * @param nanos how long it was in line
     */
    protected abstract void begin(Wait keptBy, long nanos);

    /** It is out of line without a place, and does not get one. Called at most once, in the place of {@link #begin}. */
    protected abstract void turnedBack(Duration pause);

    /** Whether it is made as soon as it has begun; false: only when it {@link Lanes#becomesAttempt becomes one}. */
    protected boolean isAttempt() {
        return true;
    }

    /** Whether it begins a job: then it needs room for one as well, until it {@link Lanes#leaveRoom leaves that}. */
    protected boolean isJob() {
        return false;
    }

    /** Whether it comes again at the next start: then it leaves the line as soon as the runtime stops. */
    protected abstract boolean comesAgain();

    /** Whether it is to leave the line rather than wait for a pause that lasts so long from now on. */
    protected boolean isTooLong(Duration pause) {
        return false;
    }

    /** Whether the endpoint refused it before: it goes before those that were never sent. */
    protected boolean wasRefused() {
        return false;
    }

    /** Whether it was refused so often that it goes in turns with the others. */
    protected boolean wasRefusedOften() {
        return false;
    }
}
