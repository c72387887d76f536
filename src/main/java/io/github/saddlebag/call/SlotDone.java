package io.github.saddlebag.call;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives back the slot that the attempt took. */
public final class SlotDone implements Processor {

    private Slots slots = new Slots();

    @Override
    public void process(Exchange exchange) {
        slots.giveBack(exchange);
    }

    public void setSlots(Slots slots) {
        this.slots = slots;
    }
}
