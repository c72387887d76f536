package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives outcomes to the result file of their source. */
public final class WriteResults implements Processor {

    private SourceFiles files = new SourceFiles();

    @Override
    @SuppressWarnings("unchecked")
    public void process(Exchange exchange) throws IOException {
        List<Outcome> outcomes = (List<Outcome>) exchange.getMessage().getBody();
        if (outcomes.get(0).item().position() instanceof ResultSink.Place place) {
            Set<Outcome> elsewhere = exchange.getMessage().getHeader(Deliveries.ELSEWHERE, Set.of(), Set.class);
            place.sink().results(place.sequence(), outcomes, elsewhere);
        } else {
            files.results(outcomes);
        }
    }

    /** Where results of items go that came from no file. */
    public void setFiles(SourceFiles files) {
        this.files = files;
    }
}
