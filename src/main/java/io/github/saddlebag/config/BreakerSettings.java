package io.github.saddlebag.config;

import java.time.Duration;

/** When the endpoint counts as ill. */
@Stage("breaker")
public record BreakerSettings(
        @Property(value = "50", min = "1", max = "100", text = """
                        How many of the last calls must have failed, in percent, from 1 to 100, for
                        the circuit breaker to open: then nothing is sent, and items wait. 5xx, broken
                        connections and garbled responses count; 429 and other 4xx do not.""")
        double failurePercent,

        @Property(value = "20", min = "1", max = "1000000", text = """
                        How many of the last calls are looked at, at least 1.""")
        int calls,

        @Property(value = "10", min = "1", max = "1000000", text = """
                        How many calls there must have been before the breaker can open, at least 1.""")
        int leastCalls,

        @Property(value = "5s", text = """
                        How long it stays open before a few calls try the endpoint, more than 0s.""") Duration openFor,

        @Property(value = "2", min = "1", max = "1000000", text = """
                        How many calls try the endpoint, at least 1. If they go well, the others come
                        back: a second later, a few at first, then twice as many each second.""")
        int trials,

        @Property(value = "60s", text = """
                        From how long on a call counts as slow, more than 0s. If all of the last calls
                        were slow, the breaker opens.""") Duration slowCall) {}
