package io.github.saddlebag;

import io.github.saddlebag.admission.AwaitPace;
import io.github.saddlebag.admission.AwaitRate;
import io.github.saddlebag.admission.CheckPause;
import io.github.saddlebag.admission.JobRoom;
import io.github.saddlebag.admission.KeyTurns;
import io.github.saddlebag.admission.PauseAfterResume;
import io.github.saddlebag.admission.SlotDone;
import io.github.saddlebag.admission.Slots;
import io.github.saddlebag.admission.WaitForAttempt;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.pace.Rate;

/** The beans of what is waited for before a request leaves. */
final class AdmissionBeans {

    final Slots slots;

    AdmissionBeans(Made made, Settings settings, EndpointBeans endpoint, SourceBeans sources) {
        JobRoom jobRoom = made.add("JobRoom", new JobRoom());
        jobRoom.setStats(endpoint.stats);
        jobRoom.setMaxJobs(settings.job().maxJobs());
        jobRoom.setPool(endpoint.calls);

        WaitForAttempt wait = made.add("Wait", new WaitForAttempt());
        wait.setPool(endpoint.calls);

        slots = made.add("Slots", new Slots());
        slots.setStats(endpoint.stats);
        slots.setCount(settings.call().concurrency());
        slots.setCountPerKey(settings.call().concurrencyPerKey());

        SlotDone slotDone = made.add("SlotDone", new SlotDone());
        slotDone.setStats(endpoint.stats);
        slotDone.setSlots(slots);
        slotDone.setTarget(endpoint.target);

        AwaitPace pace = made.add("Pace", new AwaitPace());
        pace.setStats(endpoint.stats);
        pace.setTarget(endpoint.target);
        pace.setPolicy(endpoint.retryPolicy);

        PauseAfterResume pauseAfterResume = made.add("PauseAfterResume", new PauseAfterResume());
        pauseAfterResume.setRuns(sources.runs);
        pauseAfterResume.setTarget(endpoint.target);
        pauseAfterResume.setRate(endpoint.rate);

        AwaitRate awaitRate = made.add("AwaitRate", new AwaitRate());
        awaitRate.setStats(endpoint.stats);
        awaitRate.setRate(endpoint.rate);

        Rate keyRate = made.add("KeyRate", new Rate());
        keyRate.setLimitPerKey(settings.call().ratePerKey());

        KeyTurns keyTurns = made.add("KeyTurns", new KeyTurns());
        keyTurns.setRate(keyRate);
        keyTurns.setPool(endpoint.calls);

        CheckPause pause = made.add("Pause", new CheckPause());
        pause.setCredentials(endpoint.credentials);
        pause.setTarget(endpoint.target);
        pause.setKeyTurns(keyTurns);
    }
}
