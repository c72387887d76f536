package io.github.saddlebag.job;

import io.github.saddlebag.deliver.UntilFree;
import java.io.IOException;
import org.apache.camel.Exchange;

/** Waits until no other process has the folder of jobs: it would ask for them, and remove them. */
public final class JobFolder extends UntilFree {

    private final JobStore store;

    /**
     * @param name what the thread is called that looks again
     * @param store the jobs in the folder
     */
    public JobFolder(String name, JobStore store) {
        super(name);
        this.store = store;
    }

    @Override
    protected void take(Exchange exchange) throws IOException {
        store.take();
    }
}
