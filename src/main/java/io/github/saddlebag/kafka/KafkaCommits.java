package io.github.saddlebag.kafka;

import org.apache.camel.component.kafka.consumer.CommitManager;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory;

/**
 * Commits nothing: offsets follow the outcomes. As it isn't derived from one of Camel's own factories, Camel commits
 * nothing by itself.
 */
public final class KafkaCommits implements KafkaManualCommitFactory {

    @Override
    public KafkaManualCommit newInstance(
            CamelExchangePayload exchange, KafkaRecordPayload record, CommitManager commitManager) {
        return () -> {};
    }
}
