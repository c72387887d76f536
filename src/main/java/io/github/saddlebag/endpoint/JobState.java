package io.github.saddlebag.endpoint;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.job.JobAddresses;
import io.github.saddlebag.job.JobReader;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.job.StoredJob;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.component.http.HttpMethods;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/** How far a batch has come that is done as a job. Used by one thread at a time. */
public final class JobState {

    /** Header by which the client knows a question after a job; it is not sent. */
    public static final String MARK = "Saddlebag-Job";

    /** What it says where the target's query is to be added. */
    public static final String OWN = "own";

    private static final String PROPERTY = "SaddlebagJob";
    private static final ContentType JSON = ContentType.create("application/json");

    private final JobReader reader;
    private final JobAddresses addresses;
    private @Nullable StoredJob stored;
    private Map<Integer, Item> items = Map.of();
    private @Nullable URI address;
    private long untilNanos;
    private int pending;
    private int moves;
    private int losses;
    private boolean seen;
    private Instant named = Instant.MAX;

    public JobState(JobReader reader, JobAddresses addresses) {
        this.reader = reader;
        this.addresses = addresses;
    }

    /** The exchange's job; null: it has none. */
    public static @Nullable JobState find(Exchange exchange) {
        return exchange.getProperty(PROPERTY, JobState.class);
    }

    public static JobState of(Exchange exchange) {
        return Objects.requireNonNull(find(exchange), "not a batch that is done as a job");
    }

    public void of(Exchange exchange, JobStore.@Nullable Claim claim, Duration deadline) {
        exchange.setProperty(PROPERTY, this);
        if (claim != null) {
            accepted(claim.job(), claim.items(), deadline);
        }
    }

    /** @param ours its items that are to be settled here, by their index in it */
    public void accepted(StoredJob job, Map<Integer, Item> ours, Duration deadline) {
        stored = job;
        items = new TreeMap<>(ours);
        address = job.address();
        pending = 0;
        moves = 0;
        seen = false;
        named = job.submitted();
        untilNanos = System.nanoTime()
                + deadline.minus(Duration.between(job.submitted(), Instant.now()))
                        .toNanos();
    }

    /** The job is over, without results. */
    public void lost() {
        losses++;
        stored = null;
        address = null;
    }

    /** How many jobs of the batch were lost. */
    public int losses() {
        return losses;
    }

    /** Whether it was taken on, and is asked for; otherwise it is to be submitted. */
    public boolean isPolling() {
        return address != null;
    }

    /** Whether what is asked next is answered by a few words, as a rule: it is submitted, or not done yet. */
    boolean isAwaited() {
        return moves == 0;
    }

    /** Whether it is asked for at another host, which must not see what the target is let in with. */
    public boolean isElsewhere() {
        return address != null && !addresses.isOwn(address);
    }

    @Nullable
    public StoredJob stored() {
        return stored;
    }

    public Collection<Integer> indices() {
        return items.keySet();
    }

    /** All items of the job in the order in which they were sent: for those that are not ours, stand-ins. */
    public List<Item> sent() {
        List<Item> sent = new ArrayList<>();
        for (StoredJob.Entry entry : Objects.requireNonNull(stored).entries()) {
            Item own = items.get(sent.size());
            if (own == null) {
                own = new Item(null, Map.of(), null);
                if (entry.id() != null) {
                    own.identify(entry.id(), entry.numeric());
                }
            }
            sent.add(own);
        }
        return sent;
    }

    /** It is done, or goes on, at another address; how often that was so in a row. */
    public int moved(URI to) {
        address = to;
        seen = false;
        named = Instant.now();
        return ++moves;
    }

    /** It was not done; how often that was so. */
    public int pending() {
        moves = 0;
        seen = true;
        return ++pending;
    }

    /** Its address was not found; how often it was not done so far. */
    public int missing() {
        return ++pending;
    }

    /** Whether its address, which was never found, may have been named too early. */
    public boolean isTooEarly(Duration grace) {
        return !seen && Duration.between(named, Instant.now()).compareTo(grace) < 0;
    }

    /** So long it has waited for what is no fault of anybody: that does not count. */
    void waited(long nanos) {
        untilNanos += nanos;
    }

    public long untilNanos() {
        return untilNanos;
    }

    public Duration left() {
        return Duration.ofNanos(untilNanos - System.nanoTime());
    }

    /** Makes the message the question after the job; what the target's query adds is out of the sight of Camel's logs. */
    public void ask(Message message) {
        URI asked = Objects.requireNonNull(address);
        byte[] question = reader.question(asked);
        String[] parts = JobAddresses.withoutFragment(asked).toString().split("\\?", 2);
        message.setBody(question == null ? null : new ByteArrayEntity(question, JSON));
        message.setHeader(MARK, isElsewhere() ? "elsewhere" : OWN);
        message.setHeader(HttpConstants.HTTP_METHOD, question == null ? HttpMethods.GET : HttpMethods.POST);
        message.setHeader(HttpConstants.HTTP_URI, parts[0]);
        if (parts.length > 1) {
            message.setHeader(HttpConstants.HTTP_RAW_QUERY, parts[1]);
        }
    }

    /** What a response says: news of the job, answers, or null: a failure of the request. */
    @Nullable
    public Object read(Message message, int status, byte[] body, JobReader.AnswerSource answers) throws IOException {
        JobReader.Response response =
                new JobReader.Response(status, name -> message.getHeader(name, String.class), body);
        return address == null
                ? reader.submitted(response, addresses, answers)
                : reader.asked(response, address, addresses, answers);
    }
}
