package io.github.saddlebag.support;

import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** A service that sends exchanges of its own on to an endpoint, and does not wait for their end. */
public abstract class SendsOn extends ServiceInContext {

    private final String to;
    private @Nullable AsyncProducer producer;

    /** @param to the endpoint */
    protected SendsOn(String to) {
        this.to = to;
    }

    /** Sends an exchange on; the callback is told of its end, unless this throws. */
    protected final void send(Exchange exchange, AsyncCallback done) {
        Objects.requireNonNull(producer).process(exchange, done);
    }

    @Override
    protected void doStart() throws Exception {
        producer = context().getEndpoint(to).createAsyncProducer();
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producer);
    }
}
