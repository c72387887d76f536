package io.github.saddlebag.call;

import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Turns back a call whose target was paused while it waited for its token: it waits without a slot, then comes again. */
public final class CheckPause implements Processor {

    private Target target = new Target();

    @Override
    public void process(Exchange exchange) {
        Duration pause = target.pace().pause();
        if (!pause.isZero()) {
            throw new PausedException(pause);
        }
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }
}
