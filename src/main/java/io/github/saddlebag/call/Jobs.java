package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.JobState;
import io.github.saddlebag.endpoint.Reply;
import io.github.saddlebag.endpoint.Reservation;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.format.WriteRequest;
import io.github.saddlebag.job.JobAddresses;
import io.github.saddlebag.job.JobNews;
import io.github.saddlebag.job.JobReader;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.job.StoredJob;
import io.github.saddlebag.pace.PollPace;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.support.OnDone;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The steps of a batch that is done as a job: submit it, remember it, ask for it until it is done. */
public record Jobs(
        Target target,
        JobStore store,
        JobReader reader,
        PollPace pace,
        RetryPolicy policy,
        WriteRequest request,
        BatchSize size) {

    private static final int MOST_MOVES = 5;

    /** Whether the batch has items of jobs that were submitted before, and is to be cut for them. */
    public boolean isKnown(Exchange exchange) {
        Batch batch = batch(exchange);
        return exchange.getMessage().getHeader(JobParts.CLAIM) == null
                && store.knows(addresses().fingerprint(), batch.key(), batch.unsettled());
    }

    /** The parts of a batch, each with its job; the last one, without, is what was not submitted before. */
    public Iterator<Message> parts(Exchange exchange) {
        Batch batch = batch(exchange);
        List<JobStore.Claim> claims = store.claim(addresses().fingerprint(), batch.key(), batch.unsettled());
        return new JobParts(exchange, batch, claims, size);
    }

    /** Makes the exchange of a part answer for its claim on a job: where it ends before it asks, others may. */
    public void hold(Exchange exchange) {
        if (exchange.getMessage().getHeader(JobParts.CLAIM) instanceof JobStore.Claim claim) {
            OnDone.of(exchange, done -> {
                if (done.getMessage().getHeader(JobParts.CLAIM) == claim) {
                    store.interrupted(claim.job(), claim.items().keySet());
                }
            });
        }
    }

    /** The batch is submitted, unless its items belong to a job that was. */
    public void begin(Exchange exchange) {
        JobStore.Claim claim =
                exchange.getMessage().removeHeader(JobParts.CLAIM) instanceof JobStore.Claim c ? c : null;
        JobState job = new JobState(reader, addresses());
        job.of(exchange, claim, pace.deadline());
        if (claim == null) {
            Verdict.set(exchange, Verdict.SUBMIT);
        } else {
            exchange.setProperty(FormatConstants.SENT, job.sent());
            CallState.of(exchange).poll(Duration.ZERO, job.untilNanos());
            Verdict.set(exchange, Verdict.PENDING);
        }
        OnDone.of(exchange, done -> end(job, done.getProperty(Verdict.PROPERTY, "", String.class)));
    }

    private void end(JobState job, String verdict) {
        StoredJob stored = job.stored();
        if (stored == null) {
            return;
        }
        if (verdict.equals(Verdict.ANSWERED) || verdict.equals(Verdict.FAILED)) {
            store.done(stored, job.indices().size());
        } else {
            store.interrupted(stored, job.indices());
        }
    }

    /** Writes the next request; ends here where every caller has left. */
    public void ask(Exchange exchange) {
        Verdict.set(exchange, Verdict.ASKED);
        if (!JobState.of(exchange).isPolling()) {
            request.process(exchange);
            return;
        }
        // what was said last must not be taken for the answer to a question that fails
        exchange.getMessage().setBody(null);
        if (batch(exchange).unsettled().isEmpty()) {
            Verdict.set(exchange, Verdict.FAILED);
            exchange.setRouteStop(true);
        }
    }

    /** Takes in what was said of the job; a job that was taken on stands on disk before it is asked for. */
    public void note(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof JobNews news)) {
            return;
        }
        JobState job = JobState.of(exchange);
        Duration asked = Reply.of(exchange.getMessage()).retryAfter();
        switch (news.kind()) {
            case ACCEPTED -> {
                accepted(exchange, job, Objects.requireNonNull(news.address()));
                Reservation.wasPending(exchange);
                poll(exchange, job, 0, asked);
            }
            case PENDING -> {
                Reservation.wasPending(exchange);
                poll(exchange, job, job.pending(), asked);
            }
            case MOVED -> moved(exchange, job, Objects.requireNonNull(news.address()));
            case MISSING -> {
                if (job.isTooEarly(pace.grace())) {
                    poll(exchange, job, job.missing(), asked);
                } else {
                    lost(exchange, job, news);
                }
            }
            case LOST -> lost(exchange, job, news);
        }
    }

    @SuppressWarnings("unchecked")
    private void accepted(Exchange exchange, JobState job, URI address) {
        List<Item> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        Map<Integer, Item> items = new TreeMap<>();
        for (Item item : sent) {
            items.put(items.size(), item);
        }
        StoredJob stored =
                store.add(address, addresses().fingerprint(), batch(exchange).key(), sent);
        job.accepted(stored, items, pace.deadline());
    }

    private void poll(Exchange exchange, JobState job, int pending, Duration asked) {
        Duration left = job.left();
        if (left.isNegative() || asked.compareTo(left) > 0) {
            String wants = left.isNegative() ? "" : ", and the endpoint wants to be asked again after that only";
            fail(
                    exchange,
                    "The job was not done within " + pace.deadline().toSeconds() + "s of its submission"
                            + " (saddlebag.job.deadline)" + wants,
                    null);
            return;
        }
        Duration wait = pace.waitAfter(pending);
        if (wait.compareTo(left) > 0) {
            wait = left;
        }
        CallState.of(exchange).poll(FailedAttempt.longer(asked, wait), job.untilNanos());
        Verdict.set(exchange, Verdict.PENDING);
    }

    private void moved(Exchange exchange, JobState job, URI address) {
        if (job.moved(address) > MOST_MOVES) {
            fail(exchange, "The endpoint sent us on more than " + MOST_MOVES + " times for the job's results", null);
            return;
        }
        CallState.of(exchange).poll(Duration.ZERO, job.untilNanos());
        Verdict.set(exchange, Verdict.PENDING);
    }

    private void lost(Exchange exchange, JobState job, JobNews news) {
        String reason = Objects.requireNonNull(news.reason());
        StoredJob stored = job.stored();
        if (stored != null) {
            store.forget(stored);
        }
        job.lost();
        CallState state = CallState.of(exchange);
        Duration wait = policy.waitAfter(state.history().tries());
        state.submitAgain(reason, wait);
        Batch batch = batch(exchange);
        batch.called(state.history().call(batch.id(), target.address()));
        if (state.history().tries() >= policy.maxAttempts()) {
            fail(exchange, reason, news.detail());
            return;
        }
        Verdict.set(exchange, Verdict.SUBMIT);
        target.log()
                .warn(target.address() + ": " + reason + ", of " + batch.size() + " items; attempt "
                        + state.history().tries() + " of " + policy.maxAttempts() + ", submitted again in "
                        + wait.toMillis() + "ms.");
    }

    private static void fail(Exchange exchange, String what, @Nullable String detail) {
        int attempts = CallState.of(exchange).history().attempts();
        batch(exchange)
                .decide(new Failure(
                        Reason.JOB_FAILED,
                        what + (attempts > 1 ? "; it was submitted " + attempts + " times." : "."),
                        detail));
        Verdict.set(exchange, Verdict.FAILED);
    }

    /** The job is over: where its results are too large, its parts are submitted anew. */
    public void leave(Exchange exchange) {
        JobState job = JobState.of(exchange);
        StoredJob stored = job.stored();
        if (stored != null && Verdict.SPLIT.equals(exchange.getProperty(Verdict.PROPERTY, String.class))) {
            store.forget(stored);
            job.lost();
        }
    }

    private static Batch batch(Exchange exchange) {
        return exchange.getProperty(BatchConstants.BATCH, Batch.class);
    }

    private JobAddresses addresses() {
        return target.jobs();
    }
}
