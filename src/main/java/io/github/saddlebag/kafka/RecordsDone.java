package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Tells the partitions which of their records are done: the step behind the delivery of outcomes. */
public final class RecordsDone implements Processor {

    @Override
    public void process(Exchange exchange) {
        for (Object outcome : exchange.getMessage().getBody(List.class)) {
            Item item = ((Outcome) outcome).item();
            if (item.position() instanceof RecordPlace place) {
                place.polled().done();
                item.turnIsOver();
            }
        }
    }
}
