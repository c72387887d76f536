package io.github.saddlebag.config;

import java.time.Duration;
import java.util.Set;

/** How a batch is asked for that the endpoint does in its own time. */
@Stage("job")
public record JobSettings(
        @Property(value = "100", min = "1", max = "1000000", text = """
                        The most jobs that were submitted and are not done, from 1 to 1000000. While
                        they wait they hold neither threads nor places of saddlebag.call.concurrency,
                        but their items stay in saddlebag.batch.max-in-flight.""")
        int maxJobs,

        @Property(value = "100ms", text = """
                        The wait before a job is asked for the first time, more than 0s. It grows by
                        half with each answer that the job is not done. A longer Retry-After wins.""") Duration pollInterval,
        @Property(value = "30s", text = """
                        No wait between two questions after a job is longer, more than 0s, unless the
                        endpoint asks for it with Retry-After.""") Duration maxPollInterval,
        @Property(value = "30s", min = "0s", text = """
                        How long after its submission a job may be unknown to the endpoint (404): until
                        then, and as long as the endpoint has not said anything of it, it is asked for
                        again. Later it is lost, and submitted again. The same for an address that a job
                        moves to. 0s: none.""") Duration grace,
        @Property(value = "1h", modes = "job", text = """
                        How long after its submission a job must be done, more than 0s; then its items
                        fail. Questions that fail meanwhile are asked again, however often.""") Duration deadline,
        @Property(value = "", text = """
                        The folder in which jobs are remembered, so that a start after a crash asks for
                        them and submits none twice; for each runtime one of its own. Empty:
                        saddlebag.deliver.file with .jobs behind it, or .jobs in
                        saddlebag.deliver.directory. It is gone when nothing is left to be remembered.""") String directory,
        @Property(value = "24h", text = """
                        How long after its submission a job is remembered at most, more than 0s. No
                        longer than the endpoint keeps the results. Items that come again in that time
                        after a crash, from the same place and with the same content, get those.""") Duration keep,

        @Property(value = "?id=<id>", modes = "job", text = """
                        Where a job is asked for, if the answer to its submission has no Location,
                        Content-Location or Operation-Location: an address, absolute or relative to
                        saddlebag.call.url, with <id> in the place of the job's id. The parameters of
                        saddlebag.call.url are added to all of them. An address that the endpoint gives
                        and that may not be asked (saddlebag.job.allow-hosts) gives way to this one only
                        where it is not the default.""")
        String pollUrl,

        @Property(value = "", text = """
                        The hosts where jobs and their results may be asked for besides the scheme, host
                        and port of saddlebag.call.url, separated by commas, each with a port or without:
                        any. They get none of the configured headers, parameters and credentials. Empty:
                        none; a job whose address lies elsewhere fails, and its reason names it.""") String allowHosts,
        @Property(value = "", modes = "job", text = """
                        JSON by which a job is asked for, by POST, with <id> within a string of it, in
                        the place of the job's id; saddlebag.job.poll-url may be without then, or empty:
                        saddlebag.call.url. Empty: jobs are asked for by GET, without a body.""") String pollBody,
        @Property(value = "202", modes = "job", text = """
                        The statuses of an answer to a submission that say that a job was taken on, if
                        it has an address or an id of it, separated by commas, from 200 to 299; 202 does
                        in any case. Add 200 where ids come with it.""") String accepted,
        @Property(value = "/id", modes = "job", text = """
                        JSON pointer to the job's id in the answer to its submission; empty: none.""") String id,
        @Property(value = "", text = """
                        JSON pointer to the job's address in that answer, before those of the header;
                        empty: none.""") String url,
        @Property(value = "/status", text = """
                        JSON pointer to the word that says how a job is; empty: none. Without such a
                        word, 202 says that it is not done, and 200 has its answers.""") String status,
        @Property(value = "204,425", text = """
                        The statuses of an answer to a question that say that the job is not done,
                        besides 202, separated by commas; submissions are not concerned. Add 409, or
                        404, where the endpoint says it so.""") Set<Integer> pendingStatuses,

        @Property(value = "pending,queued,running,processing", text = """
                        The words for a job that is not done, separated by commas, capitals or not. So
                        is any word that stands in none of the three lists, unless answers come with it.""")
        String pending,

        @Property(value = "done,completed,succeeded,success", text = """
                        The words for a job that is done.""")
        String done,

        @Property(value = "failed,error,canceled,expired", text = """
                        The words for a job that has failed. It is submitted again, as is one that the
                        endpoint does not know any more (410, or 404 after saddlebag.job.grace), up to
                        saddlebag.call.max-attempts times; then its items fail.""")
        String failed,

        @Property(value = "", text = """
                        JSON pointer to the address of the answers in what says that a job is done;
                        empty: the answers stand there themselves.""") String resultUrl) {}
