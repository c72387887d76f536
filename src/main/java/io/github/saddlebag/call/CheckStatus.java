package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.setting.Setting;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Turns the statuses that are no fault of the endpoint (429 and other 4xx) into failures, outside the circuit breaker. */
public final class CheckStatus implements Processor {

    private String target = "";
    private FirstCalls firstCalls = new FirstCalls();

    @Override
    public void process(Exchange exchange) {
        int status = Statuses.of(exchange);
        if (!Statuses.isSuccess(status)) {
            throw Statuses.failure(status, exchange.getMessage().getBody() instanceof byte[] body ? body : null);
        }
        firstCalls.usable();
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        batch.called(new Call(batch.id(), target, status, CallState.of(exchange).attempts() + 1));
    }

    /** Finds out whether the endpoint is of use at all. */
    public void setFirstCalls(FirstCalls firstCalls) {
        this.firstCalls = firstCalls;
    }

    /** The endpoint's address. */
    public void setUrl(String url) {
        target = Setting.withoutQuery(Setting.httpUrl("url", url).toString());
    }
}
