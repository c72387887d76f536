package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.KafkaSettings;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.SendsOn;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;

/**
 * Makes items of the records that were gathered, and sends them on without waiting for them: polling goes on. It is their
 * exchange, not the consumer's, that lasts until they are delivered. Works without Kafka's classes until it is used.
 */
public final class KafkaSource extends SendsOn implements Processor {

    private static final Map<String, String> ASSIGNORS = Map.of(
            "cooperative-sticky", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            "sticky", "org.apache.kafka.clients.consumer.StickyAssignor",
            "round-robin", "org.apache.kafka.clients.consumer.RoundRobinAssignor",
            "range", "org.apache.kafka.clients.consumer.RangeAssignor");

    /** A few records fill no batch. */
    private static final int FEW = 100;

    /** The share of {@code max-poll} that is worth a commit, or an exchange while more records trickle in. */
    private static final int PARTS = 4;

    private final KafkaSettings settings;
    private final int room;
    private final long inRequests;
    private final String topics;
    private final String order;
    private final String tombstones;
    private final boolean idFromKey;
    private final Partitions.LeftBehind leftBehind = new Partitions.LeftBehind();
    private final Uncommitted uncommitted;
    private final KafkaState state = new KafkaState();

    /**
     * @param to the endpoint that takes lists of items, until they are delivered
     * @param room the most unfinished records, all consumers together: the room of the gate
     * @param inRequests how many of them requests can hold
     */
    public KafkaSource(KafkaSettings settings, String to, int room, long inRequests) {
        super(to);
        this.settings = settings;
        this.room = room;
        this.inRequests = inRequests;
        topics = Arrays.stream(settings.topic().split(","))
                .map(String::trim)
                .filter(topic -> !topic.isEmpty())
                .collect(Collectors.joining(","));
        if (topics.isEmpty()) {
            throw Setting.bad("source.kafka.topic", settings.topic(), "name a topic.");
        }
        Setting.oneOf("source.kafka.start-at", settings.startAt(), "earliest", "latest");
        order = Setting.oneOf("source.kafka.order", settings.order(), "id", "key", "none")
                .toUpperCase(Locale.ROOT);
        idFromKey =
                Setting.oneOf("source.kafka.id", settings.id(), "item", "key").equals("key");
        tombstones = Setting.oneOf("source.kafka.tombstones", settings.tombstones(), "dead-letter", "pass", "drop")
                .toUpperCase(Locale.ROOT)
                .replace('-', '_');
        for (String name : settings.assignor().split(",")) {
            if (!ASSIGNORS.containsKey(name.trim()) && !name.contains(".")) {
                throw Setting.bad(
                        "source.kafka.assignor",
                        settings.assignor(),
                        "give cooperative-sticky, sticky, round-robin, range, or the name of a class.");
            }
        }
        uncommitted =
                new Uncommitted((int) Math.min(Integer.MAX_VALUE, 2L * settings.maxPoll() * settings.consumers()));
    }

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
            send(exchange, doneSync -> giveBack(items));
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
        return new KafkaLimits(
                pollRecords(),
                Math.max(few(), settings.maxPoll() / PARTS),
                places(),
                settings.maxWait(),
                settings.maxAhead(),
                settings.revokeWait());
    }

    /** Shared by all consumers of this source. */
    Partitions.LeftBehind leftBehind() {
        return leftBehind;
    }

    /** Shared by all consumers of this source. */
    Uncommitted uncommitted() {
        return uncommitted;
    }

    /** How its consumers stand, for metrics. Any thread. */
    public KafkaState state() {
        return state;
    }

    /** How long one of its consumers has not been polled, the one for the longest. Any thread. */
    public Duration silent() {
        return state.silent();
    }

    /** The topics, as Kafka's component takes them. */
    public String topics() {
        return topics;
    }

    /** Where a group begins, as Kafka's component takes it. */
    public String startAt() {
        return settings.startAt();
    }

    /** Classes of assignors, as Kafka's component takes them. */
    public String assignors() {
        return Arrays.stream(settings.assignor().split(","))
                .map(name -> ASSIGNORS.getOrDefault(name.trim(), name.trim()))
                .collect(Collectors.joining(","));
    }

    /**
     * The most records that are polled at once. It polls when there is room for as many, so they are at most half of the
     * room beside requests, which would otherwise wait for records.
     */
    public int pollRecords() {
        long beside = Math.max(0, room - inRequests) / settings.consumers();
        return (int) Math.max(few(), Math.min(settings.maxPoll(), beside / 2));
    }

    private int few() {
        return Math.min(settings.maxPoll(), FEW);
    }

    private int places() {
        return Math.max(1, room / settings.consumers());
    }

    /** Milliseconds. */
    public long pollIntervalMillis() {
        return settings.maxPollInterval().toMillis();
    }
}
