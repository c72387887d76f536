package io.github.saddlebag.config;

import java.time.Duration;

/** Records of topics. */
@Stage("source.kafka")
public record KafkaSettings(
        @Property(value = "false", text = """
                        Reads records from Kafka: true or false. This needs camel-kafka. Set TLS, SASL
                        and other client options as camel.component.kafka.*, or on the host's component.""") boolean enabled,
        @Property(value = "127.0.0.1:9092", text = """
                        Names the first brokers to connect to, as host:port, separated by commas.""") String brokers,
        @Property(value = "items", text = """
                        Names the topics, separated by commas. The value of a record is an item; a value
                        that is not JSON becomes a dead letter.""") String topic,
        @Property(value = "saddlebag", text = """
                        Names the consumer group. Instances with the same group share the partitions.
                        Offsets are committed when the results have been delivered.""") String group,
        @Property(value = "earliest", text = """
                        Sets where a group without a committed offset begins: earliest or latest. With
                        latest, older records, and records that arrived while an offset had expired, are
                        skipped. The starting offset is committed before the first record is read.""") String startAt,

        @Property(value = "1500", min = "1", max = "1000000", text = """
                        Limits the records that are sent again after a crash although their results were
                        delivered, from 1 to 1000000: at most twice this number are delivered and not
                        yet committed. Offsets are committed when a quarter of this number is finished
                        (or 100 records, if that is more), or after a second. One poll reads at most
                        this number, and at most half of the places of saddlebag.batch.max-in-flight
                        that are left when all requests of saddlebag.call.concurrency are full, or 100
                        if that is more.""")
        int maxPoll,

        @Property(value = "500ms", min = "1ms", max = "596h", text = """
                        Limits how long a poll collects records that keep trickling in, from 1ms to
                        596h.""")
        Duration maxWait,

        @Property(value = "5m", min = "1ms", max = "596h", text = """
                        Sets after how long without a poll Kafka removes a member from the group, from
                        1ms to 596h. Polling continues whatever the endpoint or the destination does, so
                        Kafka's own default is suitable.""")
        Duration maxPollInterval,

        @Property(value = "1", min = "1", max = "1000", text = """
                        Sets the number of consumers, from 1 to 1000, each with a connection and a
                        thread. More than there are partitions stay idle. All of them share
                        saddlebag.batch.max-in-flight.""")
        int consumers,

        @Property(value = "100000", min = "1", max = "10000000", text = """
                        Pauses a partition that is this many records ahead of its first unfinished
                        record, for example one that waits for a retry; from 1 to 10000000. Which later
                        records are finished is stored with the offset, so that they are not sent again
                        after a crash. This must fit into 4,096 characters, so the limit can be lower,
                        but is at least 24,000 records.""")
        int maxAhead,

        @Property(value = "id", text = """
                        Sets the order that is kept: id, one item of an id at a time, as
                        saddlebag.batch.order-by-id says; key, one record of a key at a time, whatever
                        that property says; or none. The next record is sent when the result of the one
                        before has been delivered, so results have the same order.""") String order,
        @Property(value = "item", text = """
                        Sets where an item's id comes from: item, the value at saddlebag.item.id; or
                        key, the record's key if it is a text. An endpoint whose answers are matched by
                        id must return this id.""") String id,
        @Property(value = "dead-letter", text = """
                        Sets what happens to a record without a value (a tombstone), for which no
                        request is made. dead-letter: it becomes a dead letter. pass: its key is sent to
                        the result topic without a value, in order, and a result file gets a line with
                        the result null. drop: it is ignored.""") String tombstones,
        @Property(value = "cooperative-sticky", text = """
                        Sets how the group shares its partitions: cooperative-sticky, sticky, range,
                        round-robin, or the name of a class; several, separated by commas, in order of
                        preference. All members need one in common. To change it without stopping all of
                        them, restart each with the new and the old one, then each with the new one
                        alone.""") String assignor,
        @Property(value = "5s", min = "0s", text = """
                        Limits how long the group waits until the requests in flight of a revoked
                        partition are finished, delivered and committed, 0s or more. Later results are
                        delivered as well, but the next owner of the partition sends those items again.""") Duration revokeWait) {}
