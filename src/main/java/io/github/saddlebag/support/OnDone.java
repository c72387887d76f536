package io.github.saddlebag.support;

import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** What is done when an exchange has ended, however it did. */
public final class OnDone extends SynchronizationAdapter {

    private final Consumer<Exchange> task;

    private OnDone(Consumer<Exchange> task) {
        this.task = task;
    }

    public static void of(Exchange exchange, Consumer<Exchange> task) {
        exchange.getExchangeExtension().addOnCompletion(new OnDone(task));
    }

    @Override
    public void onDone(Exchange exchange) {
        task.accept(exchange);
    }
}
