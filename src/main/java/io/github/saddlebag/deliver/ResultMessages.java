package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/**
 * Turns outcomes into messages, one for each: the body its result line, without a line feed. Headers of items stay
 * behind, for they come from outside; the outcome itself is a header.
 */
public final class ResultMessages implements Expression {

    private ResultLines lines = new ResultLines(false);

    @Override
    @SuppressWarnings("unchecked")
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        List<Message> results = new ArrayList<>();
        for (Outcome outcome : (List<Outcome>) exchange.getMessage().getBody()) {
            Message result = new DefaultMessage(exchange);
            result.setHeader(DeadLetters.OUTCOME, outcome);
            result.setBody(lines.line(outcome));
            results.add(result);
        }
        return type.cast(results);
    }

    /** Whether result lines tell status, address and attempts as well. */
    public void setDetails(String details) {
        lines = new ResultLines(Setting.yesNo("deliver.details", details));
    }
}
