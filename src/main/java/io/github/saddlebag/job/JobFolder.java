package io.github.saddlebag.job;

import io.github.saddlebag.deliver.UntilFree;
import java.io.IOException;
import org.apache.camel.Exchange;

/** Waits until no other process has the folder of jobs: it would ask for them, and remove them. */
public final class JobFolder extends UntilFree {

    private JobStore store = new JobStore();

    @Override
    protected void take(Exchange exchange) throws IOException {
        store.take();
    }

    /** The jobs in the folder. */
    public void setStore(JobStore store) {
        this.store = store;
    }
}
