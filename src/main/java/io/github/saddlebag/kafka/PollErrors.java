package io.github.saddlebag.kafka;

import com.fasterxml.jackson.databind.util.ClassUtil;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps a consumer from polling, such as a missing right: it is said once, and polled for more and more seldom. */
final class PollErrors {

    private static final Logger LOG = LoggerFactory.getLogger(PollErrors.class);
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_SECONDS = 30;

    private final Set<String> said = new HashSet<>();
    private int seconds;
    private long until;

    boolean isWaiting() {
        return !said.isEmpty() && System.nanoTime() - until < 0;
    }

    void happened(KafkaException error) {
        seconds = Math.min(MOST_SECONDS, Math.max(1, 2 * seconds));
        until = System.nanoTime() + seconds * SECOND;
        String text = ClassUtil.getRootCause(error).toString();
        if (said.add(text)) {
            LOG.warn(
                    "No records can be polled: {}. It is tried again, at least every {} s, and not said again.",
                    text,
                    MOST_SECONDS);
        }
    }

    void isOver() {
        if (!said.isEmpty()) {
            said.clear();
            seconds = 0;
            LOG.warn("Records are polled again.");
        }
    }
}
