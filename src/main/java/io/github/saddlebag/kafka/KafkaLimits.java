package io.github.saddlebag.kafka;

import java.time.Duration;

/**
 * What a consumer keeps to.
 *
 * @param atOnce the most records that are polled at once
 * @param part how many that are done are committed together, and how many are handed on without waiting for others
 * @param places the most room that its unfinished records take, in the unit of the gate
 * @param maxWait how long records are gathered
 * @param maxAhead how many records a partition may run ahead of its first unfinished one
 * @param revokeWait how long what is in flight may take when its partition is taken away
 */
record KafkaLimits(int atOnce, int part, int places, Duration maxWait, long maxAhead, Duration revokeWait) {}
