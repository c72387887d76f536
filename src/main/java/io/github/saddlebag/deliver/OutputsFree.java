package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;

/** Waits until no other process writes the files of the sources whose items these are. */
public final class OutputsFree extends UntilFree {

    private final SourceFiles files;
    private final Destinations destinations;

    /**
     * @param name what the thread is called that looks again
     * @param files the files
     * @param destinations where outcomes go: not all go to files
     */
    public OutputsFree(String name, SourceFiles files, Destinations destinations) {
        super(name);
        this.files = files;
        this.destinations = destinations;
    }

    @Override
    protected void take(Exchange exchange) throws IOException {
        Destination common = destinations.common();
        if (common != null && !common.kind().equals(Deliveries.FILE)) {
            return;
        }
        if (!(exchange.getMessage().getBody() instanceof List<?> items)) {
            files.take(SourceFiles.NO_SOURCE);
            return;
        }
        String last = null;
        for (Object each : items) {
            String source = each instanceof Item item ? SourceFiles.source(item) : SourceFiles.NO_SOURCE;
            if (!source.equals(last)) {
                files.take(source);
                last = source;
            }
        }
    }
}
