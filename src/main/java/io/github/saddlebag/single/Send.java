package io.github.saddlebag.single;

import io.github.saddlebag.address.AllowedHosts;
import io.github.saddlebag.admission.Credentials;
import io.github.saddlebag.admission.Turns;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.call.RequestHeaders;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.endpoint.PausedException;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.AsyncStep;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Sends an item's request, if the circuit breaker of its host lets it, and reads its response to the end, without a
 * thread, see {@link ItemCall}.
 *
 * <p>Not the Circuit Breaker EIP: on this version of Camel it holds a thread for each call.
 */
public final class Send extends AsyncStep {

    final Turns turns;
    final AsyncHttp http;
    final Hosts hosts;
    final AllowedHosts allowed;
    final RequestHeaders headers;
    ReadAnswer reader;
    final RetryPolicy policy;
    final Credentials credentials;
    final PipelineStats stats;

    public Send(
            Turns turns,
            AsyncHttp http,
            Hosts hosts,
            AllowedHosts allowed,
            RequestHeaders headers,
            RetryPolicy policy,
            Credentials credentials,
            ReadAnswer reader,
            PipelineStats stats) {
        this.turns = turns;
        this.http = http;
        this.hosts = hosts;
        this.allowed = allowed;
        this.headers = headers;
        this.policy = policy;
        this.credentials = credentials;
        this.reader = reader;
        this.stats = stats;
    }

    @Override
    protected boolean begin(Exchange exchange, AsyncCallback callback) {
        CallState state = CallState.of(exchange);
        state.clock().begin();
        ItemCall call = new ItemCall(this, exchange, callback, state);
        RuntimeException notNow = call.notNow();
        if (notNow != null) {
            ResponseRoom.landed(exchange, true);
            if (notNow instanceof PausedException) {
                turns.handBack(state);
            } else {
                turns.leave(state);
            }
            exchange.setException(notNow);
            callback.done(true);
            return true;
        }
        call.begin();
        return false;
    }

    /** How a response becomes an answer. */
    public void setReader(ReadAnswer reader) {
        this.reader = reader;
    }
}
