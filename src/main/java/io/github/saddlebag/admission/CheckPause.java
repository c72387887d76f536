package io.github.saddlebag.admission;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.support.StoppedException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Turns back a call whose target was paused, or whose access token ended, while it waited for its turn: it waits without a
 * slot, then comes again. So does one for whose response there is not enough room any more. And one that is not to be
 * begun any more, as the runtime stops. Of one that goes on, the next one of its key may come.
 */
public record CheckPause(Admission admission, Credentials credentials, Target target) implements Processor {

    @Override
    public void process(Exchange exchange) throws StoppedException {
        Batch.refuseWhatIsLeft(exchange);
        try {
            check(exchange);
        } catch (PausedException e) {
            admission.handBack(exchange);
            throw e;
        }
        admission.sent(exchange);
    }

    private void check(Exchange exchange) {
        Duration pause = target.pace().pause();
        if (!pause.isZero()) {
            throw new PausedException(pause);
        }
        if (!credentials.refresh(exchange)) {
            throw new PausedException(Duration.ZERO);
        }
        ResponseRoom.sent(exchange);
    }
}
