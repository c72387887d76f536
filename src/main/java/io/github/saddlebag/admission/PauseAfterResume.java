package io.github.saddlebag.admission;

import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.pace.Rate;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Keeps the distance of the rate to what an earlier process may have sent just before it was killed. */
public record PauseAfterResume(Target target, Rate rate) implements Consumer<Instant> {

    @Override
    public void accept(Instant lastWrite) {
        Duration spacing = rate.spacing();
        Duration left = spacing.minus(Duration.between(lastWrite, Instant.now()));
        if (!left.isNegative() && !left.isZero()) {
            // a clock that was set back must not make it longer
            target.pace().pause(left.compareTo(spacing) > 0 ? spacing : left);
        }
    }
}
