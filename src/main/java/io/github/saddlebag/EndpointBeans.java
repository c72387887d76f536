package io.github.saddlebag;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.saddlebag.admission.AccessTokens;
import io.github.saddlebag.admission.Credentials;
import io.github.saddlebag.call.NotSent;
import io.github.saddlebag.config.BreakerSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.BreakerWatch;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.ResponseRoom;
import io.github.saddlebag.endpoint.RetryPolicy;
import io.github.saddlebag.endpoint.StatusClasses;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.endpoint.WholeRun;
import io.github.saddlebag.http.Network;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.BatchPool;

/** The beans of what is known of the endpoint. */
final class EndpointBeans {

    final PipelineStats stats;
    final BatchPool calls;
    final Network network;
    final Credentials credentials;
    final Target target;
    final StatusClasses statuses;
    final RetryPolicy retryPolicy;
    final ResponseRoom room;
    final Rate rate;
    final CircuitBreaker breaker;
    final BreakerWatch watch;

    EndpointBeans(Made made, Settings settings, KeptBeans kept) throws Exception {
        stats = kept.stats;

        calls = made.add(
                "Calls", new BatchPool(made.name("-call"), settings.call().concurrency()));

        FirstCalls firstCalls =
                made.add("FirstCalls", new FirstCalls(settings.call().giveUpEarly()));
        WholeRun wholeRun = made.add("WholeRun", new WholeRun(settings.retry()));

        network = made.add("Network", new Network(settings.call().proxy(), settings.auth()));
        network.init();

        AccessTokens tokens = made.add("Tokens", new AccessTokens(settings.auth(), network));
        credentials = made.add("Credentials", new Credentials(settings.auth(), tokens, calls));

        target = made.add("Target", new Target(made.pipeline(), settings, firstCalls, wholeRun));
        target.init();
        stats.pace(
                () -> target.pace().pauseNow(),
                () -> target.pace().paused(),
                () -> target.pace().currentRate());

        statuses = made.add("Statuses", new StatusClasses(settings.retry()));
        retryPolicy = made.add("RetryPolicy", new RetryPolicy(settings.retry()));

        room = made.add("Room", new ResponseRoom(settings.call().maxMemory(), calls));

        rate = made.add("Rate", new Rate(settings.call().rate()));

        NotSent notSent = made.add("NotSent", new NotSent());

        BreakerSettings when = settings.breaker();
        CircuitBreakerConfig breakerConfig = made.add(
                "BreakerConfig",
                CircuitBreakerConfig.custom()
                        .failureRateThreshold((float) when.failureRateThreshold())
                        .slidingWindowSize(when.slidingWindowSize())
                        .minimumNumberOfCalls(when.minimumNumberOfCalls())
                        .slowCallDurationThreshold(when.slowCallDurationThreshold())
                        .waitDurationInOpenState(when.waitDurationInOpenState())
                        .permittedNumberOfCallsInHalfOpenState(when.permittedNumberOfCallsInHalfOpenState())
                        .ignoreException(notSent)
                        .build());
        breaker = made.add("Breaker", CircuitBreaker.of(made.pipeline(), breakerConfig));

        watch = made.add("Watch", new BreakerWatch(target, breaker));
        stats.breaker(watch::state);
    }
}
