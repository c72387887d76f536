package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.source.ResumeListener;
import io.github.saddlebag.source.Runs;
import java.time.Duration;
import java.time.Instant;

/** Keeps the distance of the rate to what an earlier process may have sent just before it was killed. */
public final class PauseAfterResume implements ResumeListener {

    private Target target = new Target();
    private Rate rate = new Rate();

    @Override
    public void resumed(Instant lastWrite) {
        Duration spacing = rate.spacing();
        Duration left = spacing.minus(Duration.between(lastWrite, Instant.now()));
        if (!left.isNegative() && !left.isZero()) {
            // a clock that was set back must not make it longer
            target.pace().pause(left.compareTo(spacing) > 0 ? spacing : left);
        }
    }

    /** What goes on where an earlier process has left off. */
    public void setRuns(Runs runs) {
        runs.resumeListener(this);
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    /** The most requests per period. */
    public void setRate(Rate rate) {
        this.rate = rate;
    }
}
