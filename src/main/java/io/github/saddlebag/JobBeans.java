package io.github.saddlebag;

import io.github.saddlebag.call.Jobs;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.job.JobFolder;
import io.github.saddlebag.job.JobPlace;
import io.github.saddlebag.job.JobReader;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.pace.PollPace;

/** The beans of jobs. */
final class JobBeans {

    JobBeans(
            Made made,
            Settings settings,
            KeptBeans kept,
            FormatBeans formats,
            EndpointBeans endpoint,
            BatchBeans batches) {
        JobStore jobStore = kept.jobStore;

        made.add("JobFolder", new JobFolder(jobStore));

        JobReader jobReader = made.add("JobReader", new JobReader());
        jobReader.setPlace(new JobPlace(
                settings.job().id(),
                settings.job().url(),
                settings.job().pollUrl(),
                settings.job().pollBody()));
        jobReader.setAccepted(settings.job().accepted());
        jobReader.setPendingStatuses(settings.job().pendingStatuses());
        jobReader.setStatus(settings.job().status());
        jobReader.setPending(settings.job().pending());
        jobReader.setDone(settings.job().done());
        jobReader.setFailed(settings.job().failed());
        jobReader.setResultUrl(settings.job().resultUrl());

        PollPace pollPace = made.add("PollPace", new PollPace());
        pollPace.setInterval(settings.job().pollInterval());
        pollPace.setMaxInterval(settings.job().maxPollInterval());
        pollPace.setGrace(settings.job().grace());
        pollPace.setDeadline(settings.job().deadline());

        Jobs jobs = made.add("Jobs", new Jobs());
        jobs.setTarget(endpoint.target);
        jobs.setStore(jobStore);
        jobs.setReader(jobReader);
        jobs.setPace(pollPace);
        jobs.setPolicy(endpoint.retryPolicy);
        jobs.setRequest(formats.request);
        jobs.setSize(batches.size);
    }
}
