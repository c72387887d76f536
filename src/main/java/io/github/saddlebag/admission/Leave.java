package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Lanes;
import io.github.saddlebag.pace.Turn;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A batch that waits to leave, then has its place. */
final class Leave extends Turn implements Departures.Departure {
    private final Lanes lanes;
    private final Batch batch;
    private final boolean isJob;
    private final Executor goesOn;
    private final PipelineStats stats;
    private @Nullable Runnable next;
    private boolean granted;
    private boolean hasPlace;
    private boolean hasRoom;
    private boolean ended;

    /**
     * @param isJob whether it needs room for a job as well
     * @param goesOn where it goes on
     * @param next what it does then; null: nothing yet
     */
    Leave(
            Lanes lanes,
            Lane lane,
            Batch batch,
            boolean isJob,
            Executor goesOn,
            PipelineStats stats,
            @Nullable Runnable next) {
        super(lane, batch.urgency(), batch.openedNanos());
        this.lanes = lanes;
        this.batch = batch;
        this.isJob = isJob;
        this.goesOn = goesOn;
        this.stats = stats;
        this.next = next;
    }

    @Override
    protected void begin(Wait keptBy, long nanos) {
        stats.waited(keptBy, nanos);
        granted(true);
        if (isEnded()) {
            end();
        }
    }

    @Override
    protected void turnedBack(Duration pause) {
        granted(false);
    }

    private void granted(boolean place) {
        @Nullable Runnable then;
        synchronized (this) {
            granted = true;
            hasPlace = place;
            hasRoom = place && isJob();
            then = next;
        }
        if (then != null) {
            goesOn.execute(then);
        }
    }

    @Override
    protected boolean isAttempt() {
        return false;
    }

    @Override
    protected boolean comesAgain() {
        return batch.comesAgain();
    }

    @Override
    public synchronized boolean closed(Runnable leave) {
        next = leave;
        return granted;
    }

    @Override
    public void look() {
        lanes.urgency(this, batch.urgency());
    }

    /** Takes over its place, for an attempt. False: it has none. */
    synchronized boolean take() {
        boolean had = hasPlace;
        hasPlace = false;
        return had;
    }

    @Override
    protected boolean isJob() {
        return isJob;
    }

    /** Takes over its room for a job. False: it has none. */
    synchronized boolean takeRoom() {
        boolean had = hasRoom;
        hasRoom = false;
        return had;
    }

    /** As when it gets its place while it is ended. */
    private synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public void end() {
        synchronized (this) {
            ended = true;
        }
        if (take()) {
            lanes.handBack(this);
        } else {
            lanes.withdraw(this);
        }
        if (takeRoom()) {
            lanes.leaveRoom(this);
        }
    }

    /** The job whose room was taken over is over, or is not begun. */
    void leaveRoom() {
        lanes.leaveRoom(this);
    }
}
