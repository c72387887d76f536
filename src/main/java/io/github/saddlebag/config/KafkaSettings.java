package io.github.saddlebag.config;

import java.time.Duration;

/** Records of topics. */
@Stage("source.kafka")
public record KafkaSettings(
        @Property(value = "false", text = """
                        Whether records are taken from Kafka: true or false. It needs camel-kafka.
                        TLS, SASL and whatever else a client can be told stand as
                        camel.component.kafka.*, or in the host's component.""") boolean enabled,
        @Property(value = "127.0.0.1:9092", text = """
                        The brokers to begin with, host:port, separated by commas.""") String brokers,
        @Property(value = "items", text = """
                        The topics, separated by commas. A record's value is an item; one that is no
                        JSON becomes a dead letter.""") String topic,
        @Property(value = "saddlebag", text = """
                        The consumer group. The instances that name the same one share the partitions;
                        offsets are committed once the results are delivered.""") String group,
        @Property(value = "earliest", text = """
                        Where a group begins that has no offset yet: earliest or latest. With latest,
                        what came before, or while an offset had expired, is not done; where it begins
                        is committed before the first record is taken.""") String startAt,

        @Property(value = "1000", min = "1", max = "1000000", text = """
                        As many records that are done are committed at once, or what is done of a
                        second: after a crash they may be done again; from 1 to 1000000. A quarter as
                        many are polled at once, or up to 100 where that is more. Of no use above
                        saddlebag.batch.max-in-flight.""")
        int maxPoll,

        @Property(value = "500ms", min = "1ms", max = "596h", text = """
                        How long records are gathered where they never cease to trickle in, from 1ms.""")
        Duration maxWait,

        @Property(value = "5m", min = "1ms", max = "596h", text = """
                        After how long without a poll a member is thrown out of the group, from 1ms.
                        Polls go on whatever the endpoint or the destination does, so Kafka's default
                        suits all.""")
        Duration maxPollInterval,

        @Property(value = "1", min = "1", max = "1000", text = """
                        How many consumers there are, from 1 to 1000, each with a connection and a
                        thread; no more than there are partitions. They share
                        saddlebag.batch.max-in-flight.""")
        int consumers,

        @Property(value = "100000", min = "1", max = "10000000", text = """
                        How many records a partition may run ahead of its first unfinished one, such as
                        an item in its back-off, from 1 to 10000000; then it is paused. After a crash
                        those that are done are known: a partition runs no further ahead than 4,096
                        characters can tell, 24,000 records at least.""")
        int maxAhead,

        @Property(value = "id", text = """
                        What the order of records is kept by: id, one item of an id at a time where
                        saddlebag.batch.order-by-id has it so; key, one record of a key at a time,
                        whatever it does; or none. The next one goes when the result of the one before is
                        delivered, so that results are in the same order.""") String order,
        @Property(value = "item", text = """
                        What an item's id is: item, what stands at saddlebag.item.id; or key, the key of
                        its record, where that is a text. An endpoint whose answers are matched by id has
                        to name them by it.""") String id,
        @Property(value = "dead-letter", text = """
                        What becomes of a record without a value (a tombstone), of which no request is
                        made: dead-letter; pass, its key goes to the result topic with no value, in its
                        order, and a result file gets a line whose result is null; or drop.""") String tombstones,
        @Property(value = "cooperative-sticky", text = """
                        How the group shares its partitions: cooperative-sticky, sticky, range,
                        round-robin, or the name of a class; several, the first one preferred, separated
                        by commas. All members need one in common: to change it with none stopped,
                        restart them all with the new and the old one, then with the new one alone.""") String assignor,
        @Property(value = "5s", min = "0s", text = """
                        How long the requests in flight of a partition that is taken away may take until
                        they are delivered and committed; the group waits meanwhile. What is not done by
                        then is delivered, and done again by the next owner as well.""") Duration revokeWait) {}
