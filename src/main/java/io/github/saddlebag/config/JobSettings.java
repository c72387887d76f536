package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Set;

/** How a batch is asked for that the endpoint does in its own time. */
@Stage("job")
public record JobSettings(
        @Property(value = "100", min = "1", max = "1000000", text = """
                        Limits the jobs that are submitted and not finished, from 1 to 1000000. While
                        they wait, they hold neither threads nor places of saddlebag.call.concurrency,
                        but their items count towards saddlebag.batch.max-in-flight.""")
        int maxJobs,

        @Property(value = "100ms", text = """
                        Sets the wait before a job is polled for the first time, more than 0s. It grows
                        by half with each poll of an unfinished job. A longer Retry-After takes
                        precedence.""") Duration pollInterval,
        @Property(value = "30s", text = """
                        Limits the wait between two polls of a job, more than 0s, unless the endpoint
                        asks for more with Retry-After.""") Duration maxPollInterval,
        @Property(value = "30s", min = "0s", text = """
                        Sets how long after its submission a job may be unknown to the endpoint (404),
                        0s or more. Until then, and as long as the endpoint has not reported on the job,
                        it is polled again; afterwards it counts as lost, and is submitted again. The
                        same holds for an address that a job moves to.""") Duration grace,
        @Property(value = "1h", modes = "job", text = """
                        Limits the time from the submission of a job until it is done, more than 0s;
                        then its items fail. Polls that fail meanwhile are repeated without limit.""") Duration deadline,
        @Property(value = "", text = """
                        Sets the folder in which jobs are recorded, so that a start after a crash polls
                        them and submits none twice. Each runtime needs its own. Empty:
                        saddlebag.deliver.file followed by .jobs, or .jobs in
                        saddlebag.deliver.directory. It is deleted when there is nothing left to record.""") String directory,
        @Property(value = "24h", text = """
                        Limits how long after its submission a job is recorded, more than 0s. Set it to
                        no more than the endpoint keeps results. Items that come again in that time
                        after a crash, from the same place and with the same content, get the results of
                        that job.""") Duration keep,

        @Property(value = "?id=<id>", modes = "job", text = """
                        Sets where a job is polled if the response to its submission has no Location,
                        Content-Location or Operation-Location: an address, absolute or relative to
                        saddlebag.call.url, with `<id>` in place of the job's id. The parameters of
                        saddlebag.call.url are added. If you change it, it also replaces an address from
                        the endpoint that is not allowed (saddlebag.job.allow-hosts); the default does
                        not.""")
        String pollUrl,

        @Property(value = "", text = """
                        Allows further hosts where jobs and their results may be polled, besides the
                        scheme, host and port of saddlebag.call.url; separated by commas, each with a
                        port, or without for any port. They get none of the configured headers,
                        parameters and credentials. Empty: none; a job whose address is elsewhere fails,
                        and its reason names the address.""") String allowHosts,
        @Property(value = "", modes = "job", text = """
                        Polls jobs by POST with this JSON, which has `<id>` within a string in place of
                        the job's id. saddlebag.job.poll-url then needs no `<id>`, and may be empty for
                        saddlebag.call.url. Empty: jobs are polled by GET, without a body.""") String pollBody,
        @Property(value = "202", modes = "job", text = """
                        Lists the statuses, from 200 to 299, that mean that a job was accepted if the
                        response has its address or id, separated by commas. 202 always does. Add 200 if
                        ids come with it.""") String accepted,
        @Property(value = "/id", modes = "job", text = """
                        Locates the job's id in the response to its submission, by a JSON pointer;
                        empty: there is none.""") String id,
        @Property(value = "", text = """
                        Locates the job's address in that response, by a JSON pointer; it takes
                        precedence over the headers. Empty: there is none.""") String url,
        @Property(value = "/status", text = """
                        Locates the word that tells the state of a job, by a JSON pointer; empty: there
                        is none. Without such a word, 202 means not done, and 200 has the answers.""") String status,
        @Property(value = "204,425", text = """
                        Lists the statuses of a poll that mean not done, besides 202, separated by
                        commas; they do not apply to submissions. Add 409 or 404 if the endpoint uses it
                        so.""") Set<Integer> pendingStatuses,

        @Property(value = "pending,queued,running,processing", text = """
                        Lists the words for a job that is not done, separated by commas; upper and lower
                        case are the same. Words in none of the three lists mean the same, unless the
                        response has answers.""")
        String pending,

        @Property(value = "done,completed,succeeded,success", text = """
                        Lists the words for a job that is done, separated by commas.""")
        String done,

        @Property(value = "failed,error,canceled,expired", text = """
                        Lists the words for a job that has failed, separated by commas. It is submitted
                        again, up to saddlebag.call.max-attempts times in all; then its items fail. So
                        is a job that the endpoint no longer knows (410, or 404 after
                        saddlebag.job.grace).""")
        String failed,

        @Property(value = "", text = """
                        Locates the address of the answers in the response that says that a job is done,
                        by a JSON pointer. Empty: the answers are in that response.""") String resultUrl) {}
