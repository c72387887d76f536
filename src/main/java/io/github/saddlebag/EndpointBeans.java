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

        calls = made.add("Calls", new BatchPool());
        calls.setName(made.name("-call"));
        calls.setThreads(settings.call().concurrency());

        FirstCalls firstCalls = made.add("FirstCalls", new FirstCalls());
        firstCalls.setEnabled(settings.call().giveUpEarly());

        WholeRun wholeRun = made.add("WholeRun", new WholeRun());
        wholeRun.setEnough(settings.retry().refusedInRow());
        wholeRun.setProbe(settings.retry().probeInterval());
        wholeRun.setStopCodes(settings.retry().stopCodes());

        network = made.add("Network", new Network());
        network.setProxy(settings.call().proxy());
        network.setKeyStore(settings.auth().keyStore());
        network.setKeyStorePassword(settings.auth().keyStorePassword());
        network.setTrustStore(settings.auth().trustStore());
        network.setTrustStorePassword(settings.auth().trustStorePassword());
        network.init();

        AccessTokens tokens = made.add("Tokens", new AccessTokens());
        tokens.setForm(settings.auth().form());
        tokens.setSecretIn(settings.auth().secretIn());
        tokens.setTypes(settings.auth().tokenTypes());
        tokens.setNetwork(network);
        tokens.setUrl(settings.auth().tokenUrl());
        tokens.setClientId(settings.auth().clientId());
        tokens.setClientSecret(settings.auth().clientSecret());
        tokens.setScope(settings.auth().scope());

        credentials = made.add("Credentials", new Credentials());
        credentials.setTokens(tokens);
        credentials.setPool(calls);
        credentials.setScheme(settings.auth().scheme());
        credentials.setBearer(settings.auth().bearer());
        credentials.setUsername(settings.auth().username());
        credentials.setPassword(settings.auth().password());

        target = made.add("Target", new Target());
        target.setPipeline(made.pipeline());
        target.setStats(stats);
        target.setQuery(settings.call().query());
        target.setMode(settings.call().mode());
        target.setUrl(settings.call().url());
        target.setMaxPause(settings.retry().maxPause());
        target.setRetryShare(settings.retry().retryShare());
        target.setJobHosts(settings.job().allowHosts());
        target.setFirstCalls(firstCalls);
        target.setWholeRun(wholeRun);
        target.init();

        statuses = made.add("Statuses", new StatusClasses());
        statuses.setPartial(settings.retry().partialStatuses());
        statuses.setRetry(settings.retry().retryStatuses());
        statuses.setSplit(settings.retry().splitStatuses());

        retryPolicy = made.add("RetryPolicy", new RetryPolicy());
        retryPolicy.setMaxAttempts(settings.retry().maxAttempts());
        retryPolicy.setBackOff(settings.retry().backOff());
        retryPolicy.setMaxBackOff(settings.retry().maxBackOff());
        retryPolicy.setDeadline(settings.retry().deadline());

        room = made.add("Room", new ResponseRoom());
        room.setBound(settings.call().maxMemory());
        room.setPool(calls);

        rate = made.add("Rate", new Rate());
        rate.setLimit(settings.call().rate());

        NotSent notSent = made.add("NotSent", new NotSent());

        BreakerSettings when = settings.breaker();
        CircuitBreakerConfig breakerConfig = made.add(
                "BreakerConfig",
                CircuitBreakerConfig.custom()
                        .failureRateThreshold((float) when.failurePercent())
                        .slidingWindowSize(when.calls())
                        .minimumNumberOfCalls(when.leastCalls())
                        .slowCallDurationThreshold(when.slowCall())
                        .waitDurationInOpenState(when.openFor())
                        .permittedNumberOfCallsInHalfOpenState(when.trials())
                        .ignoreException(notSent)
                        .build());
        breaker = made.add("Breaker", CircuitBreaker.of(made.pipeline(), breakerConfig));

        watch = made.add("Watch", new BreakerWatch());
        watch.setStats(stats);
        watch.setTarget(target);
        watch.setBreaker(breaker);
    }
}
