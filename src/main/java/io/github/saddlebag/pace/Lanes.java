package io.github.saddlebag.pace;

import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says who may begin next, and keeps what may be in flight and how fast it follows: a place, in all and of its
 * {@link Lane}, the pace of the endpoint, a token of the rate, and room for a job. All of them are taken at once, so that
 * who waits for one keeps no other from anybody; nobody holds a thread.
 *
 * <p>The most urgent go first, and among them lanes take turns; within a lane it is first come, first served. Who is less
 * urgent goes all the same after {@value LaneQueue#PASSED} others went past. The first of all goes alone, as a rule for a
 * second at most: while it loads classes and opens a connection, others would only load and open the same.
 */
public final class Lanes extends LaneQueue {

    private final IntSupplier places;
    private final IntSupplier placesPerLane;
    private final ObjLongConsumer<Runnable> timer;
    private final NextLook nextLook;
    private final FirstAlone first = new FirstAlone();
    private int inFlight;
    private @Nullable Wait keptBy;

    /**
     * @param places the most in flight, asked each time
     * @param placesPerLane the most in flight of one lane, asked each time
     * @param tokens the rate of all
     * @param pace that of the endpoint of all lanes; null: each has its own
     * @param timer runs something so many nanoseconds later
     */
    public Lanes(
            LongSupplier nanos,
            IntSupplier places,
            IntSupplier placesPerLane,
            Tokens tokens,
            @Nullable Supplier<Pace> pace,
            ObjLongConsumer<Runnable> timer) {
        super(nanos, tokens, pace);
        this.places = places;
        this.placesPerLane = placesPerLane;
        this.timer = timer;
        nextLook = new NextLook(lock, nanos, timer, this::look);
    }

    /** Gets in line; it may begin at once, on this thread. */
    public void enter(Turn turn) {
        add(turn);
        look();
    }

    /** It has become more urgent, or less, while it waits. */
    public void urgency(Turn turn, int urgency) {
        synchronized (lock) {
            if (!changeUrgency(turn, Math.min(URGENCIES - 1, urgency))) {
                return;
            }
        }
        look();
    }

    /** What was begun is over, or turned back on its way: somebody else may begin. Told twice, it counts once. */
    public void leave(Turn turn) {
        if (end(turn)) {
            lookBehind(turn);
        }
    }

    private void lookBehind(Turn turn) {
        if (first.is(turn)) {
            endFirst();
        } else {
            look();
        }
    }

    /**
     * Asks whether it may be made, of one that is no {@link Turn#isAttempt attempt} until now.
     *
     * @param then run when it may, unless true is returned
     */
    public boolean becomesAttempt(Turn turn, Runnable then) {
        synchronized (lock) {
            if (first.isUnderWay()) {
                first.await(then);
                return false;
            }
            goesFirst(turn);
            return true;
        }
    }

    /** The first of all goes alone however long it takes; to be called before anybody gets in line. */
    public void firstToItsEnd() {
        first.toItsEnd();
    }

    private void goesFirst(Turn turn) {
        if (first.begins(turn)) {
            timer.accept(this::endFirst, FirstAlone.NANOS);
        }
    }

    /** The first of all need not be alone any longer. */
    public void endFirst() {
        List<Runnable> others;
        synchronized (lock) {
            others = first.end();
        }
        look();
        others.forEach(Runnable::run);
    }

    /** It does not use its place, nor its token. False: it had none. */
    public boolean handBack(Turn turn) {
        synchronized (lock) {
            if (!end(turn)) {
                return false;
            }
            tokens.giveBack();
            if (turn.lane.giveTokenBack()) {
                list(turn.lane);
            }
        }
        lookBehind(turn);
        return true;
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
            if (!takeRoomBack(turn)) {
                return;
            }
        }
        look();
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

    /** Something has changed: lets those begin who may. */
    public void look() {
        List<Runnable> then = new ArrayList<>(2);
        synchronized (lock) {
            while (mayBegin() && beginOne(then)) {
                // the next one
            }
        }
        then.forEach(Runnable::run);
    }

    private boolean mayBegin() {
        if (inFlight >= places.getAsInt() || next() < 0) {
            return false;
        }
        long wait = tokens.nanosToWait(nanos.getAsLong());
        if (wait > 0) {
            keptBy = Wait.RATE;
            nextLook.in(wait);
        }
        return wait <= 0;
    }

    /** @return false: nobody may begin for now */
    private boolean beginOne(List<Runnable> then) {
        int urgency = next();
        Lane lane = take(urgency);
        Turn turn = first(lane, urgency);
        if (turn == null || lane.timed || lane.leaving != null || lane.inFlight >= placesPerLane.getAsInt()) {
            // it is listed again when that is over
            countReady(lane);
            return true;
        }
        if (turn.isAttempt() && first.isUnderWay()) {
            putBack(lane, urgency);
            return false;
        }
        long wait = lane.tokens.nanosToWait(nanos.getAsLong());
        if (wait > 0) {
            keep(lane, Wait.RATE, wait);
            return true;
        }
        Pace all = paceOfAll();
        wait = lane.pace == null ? 0 : lane.pace.nanosUntilTurn();
        boolean isOwn = wait > 0;
        wait = isOwn || all == null ? wait : all.tryTake();
        if (wait <= 0) {
            then.add(begin(lane, urgency));
            return true;
        }
        Duration pause = lane.pause(all);
        if (!pause.isZero() && turn.isTooLong(pause)) {
            remove(turn);
            then.add(() -> turn.turnedBack(pause));
            list(lane);
            return true;
        }
        if (isOwn) {
            keep(lane, Wait.PAUSE, wait);
            return true;
        }
        putBack(lane, urgency);
        keptBy = Wait.PAUSE;
        nextLook.in(wait);
        return false;
    }

    private void keep(Lane lane, Wait by, long wait) {
        lane.keptBy = by;
        lane.timed = true;
        countReady(lane);
        timer.accept(
                () -> {
                    synchronized (lock) {
                        lane.timed = false;
                        list(lane);
                    }
                    look();
                },
                wait);
    }

    /** What kept the lane's next one, and so those behind it, the last time that it was kept. */
    private Wait cause(Lane lane) {
        Wait cause = lane.keptBy != null ? lane.keptBy : keptBy;
        lane.keptBy = null;
        keptBy = null;
        return cause == null ? Wait.ADMISSION : cause;
    }

    private Runnable begin(Lane lane, int urgency) {
        Turn turn = takeFirst(lane, urgency);
        if (turn.isAttempt()) {
            goesFirst(turn);
        }
        long now = nanos.getAsLong();
        tokens.take(now);
        lane.begins(turn, now);
        inFlight++;
        list(lane);
        Wait waitedFor = cause(lane);
        long waited = Math.max(0, now - turn.enteredNanos);
        return () -> turn.begin(waitedFor, waited);
    }

    /** How many have begun and are not over. */
    public int inFlight() {
        synchronized (lock) {
            return inFlight;
        }
    }

    /** Whether nothing would be lost if the lane were forgotten. */
    public boolean isIdle(Lane lane) {
        synchronized (lock) {
            return lane.isIdle()
                    && lane.tokens.nanosToWait(nanos.getAsLong()) <= 0
                    && lane.pause(null).isZero();
        }
    }
}
