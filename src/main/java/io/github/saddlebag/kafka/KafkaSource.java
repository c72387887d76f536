package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.ServiceInContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Makes items of the records that were gathered, and sends them on without waiting for them: polling goes on. It is their
 * exchange, not the consumer's, that lasts until they are delivered. Works without Kafka's classes until it is used.
 */
public final class KafkaSource extends ServiceInContext implements Processor {

    private static final Map<String, String> ASSIGNORS = Map.of(
            "cooperative-sticky", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            "sticky", "org.apache.kafka.clients.consumer.StickyAssignor",
            "round-robin", "org.apache.kafka.clients.consumer.RoundRobinAssignor",
            "range", "org.apache.kafka.clients.consumer.RangeAssignor");

    private static final int POLLS_A_COMMIT = 4;
    private static final int FEW = 100;

    private @Nullable AsyncProducer producer;
    private Partitions.@Nullable LeftBehind leftBehind;
    private @Nullable Uncommitted uncommitted;
    private final KafkaState state = new KafkaState();
    private String to = "";
    private int maxPoll = 1000;
    private int room = 5000;
    private int consumers = 1;
    private int maxAhead = 100_000;
    private String topics = "items";
    private String order = "ID";
    private String tombstones = "DEAD_LETTER";
    private boolean idFromKey;
    private String startAt = "earliest";
    private String assignors = "cooperative-sticky";
    private Duration maxWait = Duration.ofMillis(500);
    private Duration revokeWait = Duration.ofSeconds(5);
    private long pollIntervalMillis = 300_000;

    @Override
    public void process(Exchange polled) {
        List<Item> items = new RecordItems(
                        RecordPlace.Order.valueOf(order), idFromKey, RecordPlace.Tombstones.valueOf(tombstones))
                .of(polled.getMessage().getBody(List.class));
        if (items.isEmpty()) {
            return;
        }
        Exchange exchange = new DefaultExchange(context());
        exchange.getMessage().setBody(items);
        try {
            Objects.requireNonNull(producer).process(exchange, doneSync -> giveBack(items));
        } catch (RuntimeException e) {
            giveBack(items);
            throw e;
        }
    }

    /** What was not delivered is done again. */
    private static void giveBack(List<Item> items) {
        for (Item item : items) {
            if (item.position() instanceof RecordPlace place) {
                place.polled().giveBack();
                item.turnIsOver();
            }
        }
    }

    KafkaLimits limits() {
        return new KafkaLimits(pollRecords(), maxPoll, Math.max(1, room / consumers), maxWait, maxAhead, revokeWait);
    }

    /** Shared by all consumers of this source. */
    synchronized Partitions.LeftBehind leftBehind() {
        Partitions.LeftBehind known = leftBehind;
        if (known == null) {
            known = new Partitions.LeftBehind();
            leftBehind = known;
        }
        return known;
    }

    /** Shared by all consumers of this source. */
    synchronized Uncommitted uncommitted() {
        Uncommitted known = uncommitted;
        if (known == null) {
            known = new Uncommitted((int) Math.min(Integer.MAX_VALUE, 2L * maxPoll * consumers));
            uncommitted = known;
        }
        return known;
    }

    /** How its consumers stand, for metrics. Any thread. */
    public KafkaState state() {
        return state;
    }

    /** How long one of its consumers has not been polled, the one for the longest. Any thread. */
    public Duration silent() {
        return state.silent();
    }

    @Override
    protected void doStart() throws Exception {
        producer = context().getEndpoint(to).createAsyncProducer();
        ServiceHelper.startService(producer);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(producer);
    }

    /** The topics, as Kafka's component takes them. */
    public String topics() {
        return topics;
    }

    /** Where a group begins, as Kafka's component takes it. */
    public String startAt() {
        return startAt;
    }

    /** Classes of assignors, as Kafka's component takes them. */
    public String assignors() {
        return Arrays.stream(assignors.split(","))
                .map(name -> ASSIGNORS.getOrDefault(name.trim(), name.trim()))
                .collect(Collectors.joining(","));
    }

    /** The most records that are polled at once: while they are handed on, no commit goes on. A few fill no batch. */
    public int pollRecords() {
        return Math.max(Math.min(maxPoll, FEW), maxPoll / POLLS_A_COMMIT);
    }

    /** Milliseconds. */
    public long pollIntervalMillis() {
        return pollIntervalMillis;
    }

    /** The endpoint that takes lists of items, until they are delivered. */
    public void setTo(String to) {
        this.to = to;
    }

    /** The topics, separated by commas. */
    public void setTopics(String topics) {
        this.topics = Arrays.stream(topics.split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .collect(Collectors.joining(","));
        if (this.topics.isEmpty()) {
            throw Setting.bad("source.kafka.topic", topics, "name a topic.");
        }
    }

    /** Where a group begins that has no offset yet: {@code earliest} or {@code latest}. */
    public void setStartAt(String startAt) {
        if (!startAt.equals("earliest") && !startAt.equals("latest")) {
            throw Setting.bad("source.kafka.start-at", startAt, "give earliest or latest.");
        }
        this.startAt = startAt;
    }

    /** How many records that are done are committed at once. */
    public void setMaxPoll(int maxPoll) {
        this.maxPoll = maxPoll;
    }

    /** The most unfinished records, all consumers together: the room of the gate. */
    public void setRoom(int room) {
        this.room = room;
    }

    /** How many consumers share the room. */
    public void setConsumers(int consumers) {
        this.consumers = consumers;
    }

    /** How many records a partition may run ahead of its first unfinished one. */
    public void setMaxAhead(int maxAhead) {
        this.maxAhead = maxAhead;
    }

    /** How the group shares the partitions: names, or classes, the first one preferred, separated by commas. */
    public void setAssignor(String assignor) {
        for (String name : assignor.split(",")) {
            if (!ASSIGNORS.containsKey(name.trim()) && !name.contains(".")) {
                throw Setting.bad(
                        "source.kafka.assignor",
                        assignor,
                        "give cooperative-sticky, sticky, round-robin, range, or the name of a class.");
            }
        }
        assignors = assignor;
    }

    /** What the order of records is kept by: {@code id}, {@code key} or {@code none}. */
    public void setOrder(String order) {
        if (!List.of("id", "key", "none").contains(order)) {
            throw Setting.bad("source.kafka.order", order, "give id, key or none.");
        }
        this.order = order.toUpperCase(Locale.ROOT);
    }

    /** What the id of an item is: what stands in the {@code item}, or the {@code key} of its record. */
    public void setId(String id) {
        if (!List.of("item", "key").contains(id)) {
            throw Setting.bad("source.kafka.id", id, "give item or key.");
        }
        idFromKey = id.equals("key");
    }

    /** What becomes of records without a value: {@code dead-letter}, {@code pass} or {@code drop}. */
    public void setTombstones(String tombstones) {
        if (!List.of("dead-letter", "pass", "drop").contains(tombstones)) {
            throw Setting.bad("source.kafka.tombstones", tombstones, "give dead-letter, pass or drop.");
        }
        this.tombstones = tombstones.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** After how long without a poll a member is thrown out. */
    public void setMaxPollInterval(Duration interval) {
        pollIntervalMillis = interval.toMillis();
    }

    /** How long records are gathered before they are handed on. */
    public void setMaxWait(Duration maxWait) {
        this.maxWait = maxWait;
    }

    /** How long the items in flight of a partition that is taken away may take to be done. */
    public void setRevokeWait(Duration wait) {
        revokeWait = wait;
    }
}
