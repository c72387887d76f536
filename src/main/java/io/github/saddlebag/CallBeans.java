package io.github.saddlebag;

import io.github.saddlebag.call.CallClient;
import io.github.saddlebag.call.CheckStatus;
import io.github.saddlebag.call.ItemRetries;
import io.github.saddlebag.call.Jobs;
import io.github.saddlebag.call.OwnFailure;
import io.github.saddlebag.call.Parts;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.call.RequestHeaders;
import io.github.saddlebag.call.Retries;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.deliver.UntilFree;
import io.github.saddlebag.format.MatchAnswers;
import io.github.saddlebag.job.JobReader;
import io.github.saddlebag.pace.PollPace;
import io.github.saddlebag.setting.Setting;
import java.util.function.ToIntFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;

/** The beans of requests, and what is tried again. */
final class CallBeans {

    final ItemRetries itemRetries;
    final RequestHeaders headers;
    final ReadAnswer answer;

    CallBeans(
            Made made,
            Settings settings,
            KeptBeans kept,
            FormatBeans formats,
            EndpointBeans endpoint,
            BatchBeans batches,
            ToIntFunction<Exchange> besides) {
        made.add(
                "Retries",
                new Retries(
                        endpoint.target,
                        endpoint.statuses,
                        batches.size,
                        settings.call().idempotencyHeader(),
                        endpoint.credentials,
                        endpoint.retryPolicy,
                        endpoint.stats));

        itemRetries = made.add("ItemRetries", new ItemRetries(batches.size, endpoint.target, endpoint.retryPolicy));

        Parts parts = made.add("Parts", new Parts(batches.size));
        made.<Predicate>add("TooLarge", parts::isTooLarge);
        made.<Processor>add("Part", Parts::hold);

        headers = made.add("Headers", new RequestHeaders(settings.call(), made.tracing()));

        made.add("HeaderFilter", new HttpHeaderFilterStrategy());

        int maxBytes = Setting.arrayLength(settings.answer().maxBytes());
        made.add("Client", new CallClient(settings.call(), endpoint.target, endpoint.network, endpoint.rate, maxBytes));

        answer = made.add(
                "Answer", new ReadAnswer(formats.answerFormat, formats.throttling, endpoint.statuses, settings));

        made.add("OwnFailure", new OwnFailure(endpoint.target));

        made.add("Status", new CheckStatus(endpoint.target, besides, formats.throttling, batches.size));

        made.add("Match", new MatchAnswers(formats.answerFormat, itemRetries));

        made.add("JobFolder", new UntilFree(made.name("-until-free"), exchange -> kept.jobStore.take()));
        made.add(
                "Jobs",
                new Jobs(
                        endpoint.target,
                        kept.jobStore,
                        made.add("JobReader", new JobReader(settings.job())),
                        made.add("PollPace", new PollPace(settings.job())),
                        endpoint.retryPolicy,
                        formats.request,
                        batches.size));
    }
}
