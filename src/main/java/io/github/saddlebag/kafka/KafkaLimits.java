package io.github.saddlebag.kafka;

import java.time.Duration;

/**
 * What a consumer keeps to.
 *
 * @param atOnce the most records that are polled and handed on at once
 * @param maxPoll how many that are done are committed at once
 * @param places the most room that its unfinished records take, in the unit of the gate
 * @param maxWait how long records are gathered
 * @param maxAhead how many records a partition may run ahead of its first unfinished one
 * @param revokeWait how long what is in flight may take when its partition is taken away
 */
record KafkaLimits(int atOnce, int maxPoll, int places, Duration maxWait, long maxAhead, Duration revokeWait) {}
