package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Appends outcomes, as result lines, to the file of their destination. */
public final class AppendResults implements Processor {

    private final SourceFiles files;

    /** @param files whose files they are */
    public AppendResults(SourceFiles files) {
        this.files = files;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void process(Exchange exchange) throws Exception {
        files.append(exchange.getMessage().getHeader(Deliveries.TARGET, String.class), (List<Outcome>)
                exchange.getMessage().getBody());
    }
}
