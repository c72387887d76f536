package io.github.saddlebag;

import io.github.saddlebag.call.Jobs;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.deliver.UntilFree;
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

        made.add("JobFolder", new UntilFree(made.name("-until-free"), exchange -> jobStore.take()));

        JobReader jobReader = made.add("JobReader", new JobReader(settings.job()));

        PollPace pollPace = made.add("PollPace", new PollPace(settings.job()));

        Jobs jobs = made.add(
                "Jobs",
                new Jobs(
                        endpoint.target,
                        jobStore,
                        jobReader,
                        pollPace,
                        endpoint.retryPolicy,
                        formats.request,
                        batches.size));
    }
}
