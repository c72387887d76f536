package io.github.saddlebag;

import io.github.saddlebag.call.CallClient;
import io.github.saddlebag.call.CheckStatus;
import io.github.saddlebag.call.HoldPart;
import io.github.saddlebag.call.ItemRetries;
import io.github.saddlebag.call.Parts;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.call.RequestHeaders;
import io.github.saddlebag.call.Retries;
import io.github.saddlebag.call.TooLarge;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.MatchAnswers;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/** The beans of requests, and what is tried again. */
final class CallBeans {

    final ItemRetries itemRetries;
    final RequestHeaders headers;
    final ReadAnswer answer;
    final CheckStatus status;

    CallBeans(
            Made made,
            Settings settings,
            FormatBeans formats,
            EndpointBeans endpoint,
            BatchBeans batches,
            AdmissionBeans admission) {
        Retries retries = made.add("Retries", new Retries());
        retries.setStats(endpoint.stats);
        retries.setTarget(endpoint.target);
        retries.setStatuses(endpoint.statuses);
        retries.setSize(batches.size);
        retries.setPolicy(endpoint.retryPolicy);
        retries.setCredentials(endpoint.credentials);
        retries.setIdempotencyHeader(settings.call().idempotencyHeader());

        itemRetries = made.add("ItemRetries", new ItemRetries());
        itemRetries.setTarget(endpoint.target);
        itemRetries.setPolicy(endpoint.retryPolicy);
        itemRetries.setSize(batches.size);

        TooLarge tooLarge = made.add("TooLarge", new TooLarge());
        tooLarge.setSize(batches.size);

        Parts parts = made.add("Parts", new Parts());
        parts.setSize(batches.size);

        made.add("Part", new HoldPart());

        headers = made.add("Headers", new RequestHeaders());
        headers.setIdempotencyHeader(settings.call().idempotencyHeader());
        headers.setIdempotencyQuoted(settings.call().idempotencyQuoted());
        headers.setPassOn(settings.call().passOn());
        headers.setTracing(made.tracing());
        headers.setGzip(settings.call().gzip());
        headers.setGiven(settings.call().header());
        headers.init();

        made.add("HeaderFilter", new HttpHeaderFilterStrategy());

        CallClient client = made.add("Client", new CallClient());
        client.setNetwork(endpoint.network);
        client.setTarget(endpoint.target);
        client.setRate(endpoint.rate);
        client.setConnections(settings.call().concurrency());
        client.setConnectTimeout(settings.call().connectTimeout());
        client.setResponseTimeout(settings.call().responseTimeout());

        answer = made.add("Answer", new ReadAnswer());
        answer.setThrottling(formats.throttling);
        answer.setFormat(formats.answerFormat);
        answer.setStatuses(endpoint.statuses);
        answer.setTimeout(settings.call().responseTimeout());
        answer.setMaxBytes(settings.answer().maxBytes());

        status = made.add("Status", new CheckStatus());
        status.setThrottling(formats.throttling);
        status.setTarget(endpoint.target);
        status.setCallsInFlight(admission.admission);
        status.setSize(batches.size);

        MatchAnswers match = made.add("Match", new MatchAnswers());
        match.setFormat(formats.answerFormat);
        match.setRetry(itemRetries);
    }
}
