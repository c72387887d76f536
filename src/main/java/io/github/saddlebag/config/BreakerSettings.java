package io.github.saddlebag.config;

import java.time.Duration;

/** When the endpoint counts as ill: the circuit breaker, in the words of Resilience4j. */
@Stage("breaker")
public record BreakerSettings(
        @Property(value = "50", min = "1", max = "100", old = @Old("breaker.failure-percent"), text = """
                        Opens the circuit breaker at this share of failed requests, in percent from 1 to
                        100: then nothing is sent, and items wait. A 5xx status, a broken connection and
                        a garbled response are failures; 429 and other 4xx are not.""")
        double failureRateThreshold,

        @Property(value = "20", min = "1", max = "1000000", old = @Old("breaker.calls"), text = """
                        Sets the number of latest requests of which the share is taken, from 1 to
                        1000000.""")
        int slidingWindowSize,

        @Property(value = "10", min = "1", max = "1000000", old = @Old("breaker.least-calls"), text = """
                        Sets the number of requests that must have ended before the breaker can open,
                        from 1 to 1000000. If it is more than saddlebag.breaker.sliding-window-size,
                        that number counts.""")
        int minimumNumberOfCalls,

        @Property(value = "5s", old = @Old("breaker.open-for"), text = """
                        Sets how long the breaker stays open before it lets the first requests through
                        as a test, more than 0s.""")
        Duration waitDurationInOpenState,

        @Property(value = "2", min = "1", max = "1000000", old = @Old("breaker.trials"), text = """
                        Sets the number of requests that test the endpoint then, from 1 to 1000000. If
                        they succeed, the breaker closes, and the others follow: a few in the next
                        second, then twice as many in each second.""")
        int permittedNumberOfCallsInHalfOpenState,

        @Property(value = "60s", old = @Old("breaker.slow-call"), text = """
                        Treats a request as slow if it takes longer than this, more than 0s. If all of
                        the latest requests were slow, the breaker opens.""")
        Duration slowCallDurationThreshold) {}
