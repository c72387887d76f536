package io.github.saddlebag.batch;

import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/** The way on which outcomes of a list go that are there before the others: each part as an exchange of its own. */
final class PartWay {

    private final AsyncProducer producer;

    /** @param producer is given lists of outcomes */
    PartWay(AsyncProducer producer) {
        this.producer = producer;
    }

    /**
     * Sends them on; it does not wait.
     *
     * @param parked what they are a part of
     * @param heldUp run where they wait for something to come back
     * @param done told once they have arrived, or why they have not
     */
    void send(Exchange parked, List<Outcome> outcomes, Runnable heldUp, Consumer<@Nullable Exception> done) {
        Exchange part = ExchangeHelper.createCopy(parked, false);
        part.setProperty(BatchConstants.HELD_UP, heldUp);
        part.getMessage().setBody(outcomes);
        try {
            producer.process(part, doneSync -> done.accept(part.getException()));
        } catch (RuntimeException e) {
            done.accept(e);
        }
    }
}
