package io.github.saddlebag.job;

import io.github.saddlebag.deliver.UntilFree;
import java.io.IOException;
import org.apache.camel.Exchange;

/** Waits until no other process has the folder of jobs: it would ask for them, and remove them. */
public final class JobFolder extends UntilFree {

    private final JobStore store;

    /** @param store the jobs in the folder */
    public JobFolder(JobStore store) {
        this.store = store;
    }

    @Override
    protected void take(Exchange exchange) throws IOException {
        store.take();
    }
}
