package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;

/** The steps that give outcomes to the files of their sources, or to those that the configuration names. */
public final class WriteFiles {

    private final SourceFiles files;

    /** @param files where those of items go that came from no file */
    public WriteFiles(SourceFiles files) {
        this.files = files;
    }

    /** Gives outcomes to the result file of their source. */
    @SuppressWarnings("unchecked")
    public void results(Exchange exchange) throws IOException {
        List<Outcome> outcomes = outcomes(exchange);
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

    /** Appends outcomes, as result lines, to the file of their destination. */
    public void append(Exchange exchange) throws IOException {
        files.append(exchange.getMessage().getHeader(Deliveries.TARGET, String.class), outcomes(exchange));
    }

    /** Gives a dead letter to the file of its item's source. */
    public void deadLetter(Exchange exchange) throws IOException {
        Outcome outcome = exchange.getMessage().getHeader(DeadLetters.OUTCOME, Outcome.class);
        byte[] line = (exchange.getMessage().getBody(String.class) + '\n').getBytes(StandardCharsets.UTF_8);
        if (outcome.item().position() instanceof ResultSink.Place place) {
            place.sink().deadLetter(place.sequence(), line);
        } else {
            files.deadLetter(outcome, line);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> outcomes(Exchange exchange) {
        return (List<Outcome>) exchange.getMessage().getBody();
    }
}
