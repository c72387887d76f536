package io.github.saddlebag.testing;

import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An endpoint that answers later: a POST is a job, and a GET with its id asks for it. It remembers what was submitted and
 * how often each job was asked for.
 */
public final class JobApi implements TestApi.Behaviour {

    /** A job, and what was done with it. */
    public record Job(int number, Request submission, AtomicInteger asked) {

        public String id() {
            return "job-" + number;
        }

        /** What it answers when it is done. */
        public Answer results() {
            return TestApi.echo(submission);
        }
    }

    /** What happens when a job is asked for. */
    @FunctionalInterface
    public interface Script {

        /** @param time how often it was asked for, this time included */
        Answer ask(Job job, int time, Request request) throws Exception;
    }

    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile Script script;

    /** Each job is done when it is asked for so many times. */
    public JobApi(int times) {
        this((job, time, request) -> time < times ? pending(job) : job.results());
    }

    public JobApi(Script script) {
        this.script = script;
    }

    public void script(Script newScript) {
        script = newScript;
    }

    public static Answer pending(Job job) {
        return status(202, job, "pending");
    }

    /** An answer that has the job's id and a word that says how it is. */
    public static Answer status(int status, Job job, String word) {
        return TestApi.answer(status, "{\"id\":\"" + job.id() + "\",\"status\":\"" + word + "\"}")
                .with("Content-Type", "application/json");
    }

    @Override
    public Answer answer(Request request) throws Exception {
        return request.method().equals("POST") ? submit(request) : ask(request);
    }

    /** The answer to a submission: 202, with the job's id in the body. */
    public Answer submit(Request request) {
        Job job = new Job(count.incrementAndGet(), request, new AtomicInteger());
        jobs.put(job.id(), job);
        return pending(job);
    }

    /** The answer to a question, as the script says. */
    public Answer ask(Request request) throws Exception {
        Job job = jobs.get(request.target().replaceAll(".*?(job-\\d+).*", "$1"));
        return job == null
                ? TestApi.answer(404, "{\"error\":\"no such job\"}")
                : script.ask(job, job.asked.incrementAndGet(), request);
    }

    /** All jobs, in the order in which they were submitted. */
    public List<Job> jobs() {
        Map<Integer, Job> sorted = new TreeMap<>();
        jobs.values().forEach(job -> sorted.put(job.number, job));
        return new ArrayList<>(sorted.values());
    }

    /** The ids of the items of each job. */
    public List<List<String>> submitted() {
        return jobs().stream().map(job -> job.submission.ids()).toList();
    }
}
