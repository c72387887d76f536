package io.github.saddlebag.call;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/** Gives back the slot that the attempt took; if it was refused, the pause has begun before anybody else gets it. */
public final class SlotDone implements Processor {

    private Slots slots = new Slots();
    private Target target = new Target();

    @Override
    public void process(Exchange exchange) {
        Throwable error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        if (error instanceof CallFailedException failed && failed.reply().wantsQuiet()) {
            CallState.of(exchange).refused(target.pace(), failed.reply());
        }
        ResponseRoom.landed(exchange, error != null);
        slots.giveBack(exchange);
    }

    /** What all calls share. */
    public void setTarget(Target target) {
        this.target = target;
    }

    public void setSlots(Slots slots) {
        this.slots = slots;
    }
}
