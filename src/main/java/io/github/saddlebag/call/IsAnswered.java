package io.github.saddlebag.call;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether a request was answered; a bean, for it is asked for each item where every item is a request. */
public final class IsAnswered implements Predicate {

    @Override
    public boolean matches(Exchange exchange) {
        return Verdict.ANSWERED.equals(exchange.getProperty(Verdict.PROPERTY, String.class));
    }
}
