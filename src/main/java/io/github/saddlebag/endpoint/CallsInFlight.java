package io.github.saddlebag.endpoint;

import org.apache.camel.Exchange;

/** Knows how many calls are under way. */
public interface CallsInFlight {

    /** The calls to the endpoint of this one that are in flight besides it. */
    int besides(Exchange exchange);
}
