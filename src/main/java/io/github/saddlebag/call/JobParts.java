package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.job.JobStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** The parts of a batch whose items belong to jobs that were submitted before, and what is left: no job's. */
final class JobParts implements Iterator<Message> {

    /** Header of a part: the claim on a job, or that there is none. */
    static final String CLAIM = "SaddlebagJobClaim";

    private static final String NONE = "none";

    private final Exchange exchange;
    private final Batch batch;
    private final BatchSize size;
    private final Deque<JobStore.Claim> claims;
    private List<Item> rest;
    private int number;

    JobParts(Exchange exchange, Batch batch, List<JobStore.Claim> claims, BatchSize size) {
        this.exchange = exchange;
        this.batch = batch;
        this.size = size;
        this.claims = new ArrayDeque<>(claims);
        this.rest = without(batch.unsettled(), claims);
    }

    private static List<Item> without(List<Item> items, List<JobStore.Claim> claims) {
        Set<Item> claimed = new HashSet<>();
        claims.forEach(claim -> claimed.addAll(claim.items().values()));
        return items.stream().filter(item -> !claimed.contains(item)).toList();
    }

    @Override
    public boolean hasNext() {
        return !claims.isEmpty() || !rest.isEmpty();
    }

    @Override
    public Message next() {
        JobStore.Claim claim = claims.poll();
        if (claim != null) {
            return message(new ArrayList<>(claim.items().values()), claim);
        }
        if (rest.isEmpty()) {
            throw new NoSuchElementException();
        }
        List<Item> last = rest;
        rest = List.of();
        return message(last, NONE);
    }

    private Message message(List<Item> items, Object claim) {
        Message message = new DefaultMessage(exchange);
        message.setHeader(CLAIM, claim);
        message.setBody(batch.part(items, ++number, size));
        return message;
    }
}
