package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.source.ResumeListener;
import io.github.saddlebag.source.Runs;
import java.time.Duration;
import java.time.Instant;

/** Keeps the distance of the rate to what an earlier process may have sent just before it was killed. */
public final class PauseAfterResume implements ResumeListener {

    private final Target target;
    private final Rate rate;

    public PauseAfterResume(Runs runs, Target target, Rate rate) {
        runs.resumeListener(this);
        this.target = target;
        this.rate = rate;
    }

    @Override
    public void resumed(Instant lastWrite) {
        Duration spacing = rate.spacing();
        Duration left = spacing.minus(Duration.between(lastWrite, Instant.now()));
        if (!left.isNegative() && !left.isZero()) {
            // a clock that was set back must not make it longer
            target.pace().pause(left.compareTo(spacing) > 0 ? spacing : left);
        }
    }
}
