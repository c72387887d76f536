package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Gives outcomes to the result file of their source. */
public final class WriteResults implements Processor {

    private final SourceFiles files;

    /** @param files where results of items go that came from no file */
    public WriteResults(SourceFiles files) {
        this.files = files;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void process(Exchange exchange) throws IOException {
        List<Outcome> outcomes = (List<Outcome>) exchange.getMessage().getBody();
        if (outcomes.get(0).item().position() instanceof ResultSink.Place place) {
            Set<Outcome> elsewhere = exchange.getMessage().getHeader(Deliveries.ELSEWHERE, Set.of(), Set.class);
            inRuns(place.sink(), outcomes, elsewhere);
        } else {
            files.results(outcomes);
        }
    }

    /** Those that came first may have gaps between them: a sink takes what follows each other. */
    private static void inRuns(ResultSink sink, List<Outcome> outcomes, Set<Outcome> elsewhere) throws IOException {
        int from = 0;
        long first = sequence(outcomes.get(0));
        for (int to = 1; to <= outcomes.size(); to++) {
            if (to == outcomes.size() || sequence(outcomes.get(to)) != first + to - from) {
                sink.results(first, outcomes.subList(from, to), elsewhere);
                from = to;
                first = to == outcomes.size() ? 0 : sequence(outcomes.get(to));
            }
        }
    }

    private static long sequence(Outcome outcome) {
        return ((ResultSink.Place) Objects.requireNonNull(outcome.item().position())).sequence();
    }
}
