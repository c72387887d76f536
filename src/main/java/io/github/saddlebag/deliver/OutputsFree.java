package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;

/** Waits until no other process writes the files of the source whose items these are. */
public final class OutputsFree extends UntilFree {

    private SourceFiles files = new SourceFiles();
    private Destinations destinations = new Destinations();

    @Override
    protected void take(Exchange exchange) throws IOException {
        String common = destinations.common();
        if ((common == null || common.equals(Deliveries.FILE))
                && exchange.getMessage().getBody() instanceof List<?> items
                && !items.isEmpty()
                && items.get(0) instanceof Item first) {
            files.take(first);
        }
    }

    /** The files. */
    public void setFiles(SourceFiles files) {
        this.files = files;
    }

    /** Where outcomes go: not all go to files. */
    public void setDestinations(Destinations destinations) {
        this.destinations = destinations;
    }
}
