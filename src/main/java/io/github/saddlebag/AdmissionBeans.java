package io.github.saddlebag;

import io.github.saddlebag.admission.Admission;
import io.github.saddlebag.admission.CheckPause;
import io.github.saddlebag.admission.JobRoom;
import io.github.saddlebag.admission.PauseAfterResume;
import io.github.saddlebag.admission.SlotDone;
import io.github.saddlebag.admission.WaitForAttempt;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.pace.Rate;

/** The beans of what is waited for before a request leaves. */
final class AdmissionBeans {

    final Admission admission;

    AdmissionBeans(Made made, Settings settings, EndpointBeans endpoint, SourceBeans sources) {
        WaitForAttempt wait = made.add("Wait", new WaitForAttempt());
        wait.setPool(endpoint.calls);

        Rate keyRate = made.add("KeyRate", new Rate());
        keyRate.setLimitPerKey(settings.call().ratePerKey());

        admission = made.add("Admission", new Admission());
        admission.setStats(endpoint.stats);
        admission.setTarget(endpoint.target);
        admission.setPolicy(endpoint.retryPolicy);
        admission.setCount(settings.call().concurrency());
        admission.setCountPerKey(settings.call().concurrencyPerKey());
        admission.setRate(endpoint.rate);
        admission.setRatePerKey(keyRate);
        admission.setPool(endpoint.calls);
        admission.setMaxJobs(
                settings.call().mode().trim().equals("job") ? settings.job().maxJobs() : 0);

        JobRoom jobRoom = made.add("JobRoom", new JobRoom());
        jobRoom.setAdmission(admission);

        SlotDone slotDone = made.add("SlotDone", new SlotDone());
        slotDone.setStats(endpoint.stats);
        slotDone.setAdmission(admission);
        slotDone.setTarget(endpoint.target);

        PauseAfterResume pauseAfterResume = made.add("PauseAfterResume", new PauseAfterResume());
        pauseAfterResume.setRuns(sources.runs);
        pauseAfterResume.setTarget(endpoint.target);
        pauseAfterResume.setRate(endpoint.rate);

        CheckPause pause = made.add("Pause", new CheckPause());
        pause.setCredentials(endpoint.credentials);
        pause.setTarget(endpoint.target);
        pause.setAdmission(admission);
    }
}
