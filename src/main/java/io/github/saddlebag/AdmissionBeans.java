package io.github.saddlebag;

import io.github.saddlebag.admission.Admission;
import io.github.saddlebag.admission.CheckPause;
import io.github.saddlebag.admission.JobRoom;
import io.github.saddlebag.admission.PauseAfterResume;
import io.github.saddlebag.admission.SlotDone;
import io.github.saddlebag.admission.Turns;
import io.github.saddlebag.admission.WaitForAttempt;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.pace.Rate;
import java.util.function.ToIntFunction;
import org.apache.camel.Exchange;

/** The beans of what is waited for before a request leaves. */
final class AdmissionBeans {

    final Admission admission;
    final AsyncHttp connections;
    final Turns turns;
    /** Counts, by the mode, the calls to the endpoint of one that are in flight besides it. */
    final ToIntFunction<Exchange> besides;

    AdmissionBeans(Made made, Settings settings, EndpointBeans endpoint, SourceBeans sources) {
        made.add("Wait", new WaitForAttempt(made.name("-back-off"), endpoint.calls));

        Rate keyRate = made.add("KeyRate", Rate.perLane(settings.call().ratePerLane()));

        admission = made.add(
                "Admission",
                new Admission(
                        made.name("-admission"),
                        endpoint.target,
                        endpoint.retryPolicy,
                        endpoint.stats,
                        endpoint.calls,
                        settings.call().concurrency(),
                        settings.call().concurrencyPerLane(),
                        endpoint.rate,
                        keyRate,
                        settings.call().isJob() ? settings.job().maxJobs() : 0));

        connections = made.add("Connections", new AsyncHttp(settings, endpoint.network, endpoint.rate));
        connections.init();
        turns = made.add(
                "Turns",
                new Turns(connections, settings.call().concurrency(), endpoint.rate, endpoint.room, endpoint.stats));
        besides = settings.call().isSingle() ? turns::besides : admission::besides;

        made.add("JobRoom", new JobRoom(admission));

        made.add("SlotDone", new SlotDone(endpoint.target, admission, endpoint.stats));

        sources.runs.resumeListener(made.add("PauseAfterResume", new PauseAfterResume(endpoint.target, endpoint.rate)));

        made.add("Pause", new CheckPause(admission, endpoint.credentials, endpoint.target));
    }
}
