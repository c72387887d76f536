package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.job.JobStore;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether a batch is larger than what the endpoint is known to take: it was formed before that was known. */
public final class TooLarge implements Predicate {

    private final BatchSize size;

    public TooLarge(BatchSize size) {
        this.size = size;
    }

    @Override
    public boolean matches(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean submitted = exchange.getMessage().getHeader(JobParts.CLAIM) instanceof JobStore.Claim;
        return !submitted && batch.size() > 1 && !size.fits(batch.size(), batch.bytes());
    }
}
