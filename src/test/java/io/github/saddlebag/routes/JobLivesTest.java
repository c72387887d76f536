package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answer;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand jobs, each with a life of its own: whatever happens to them, each item has one fate. */
@Tag("slow")
class JobLivesTest {

    private static final int JOBS = 1000;
    private static final int MAX_SUBMISSIONS = 4;
    private static final int MOST_REFUSALS = 5;

    @TempDir
    private Path folder;

    private final Set<Integer> lost = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refusals = new AtomicInteger();

    /** One thing that happens; the next question finds the next one. */
    private Answer happening(JobApi.Job job, Random life, Request request) {
        switch (life.nextInt(16)) {
            case 0, 1, 2:
                return JobApi.pending(job);
            case 3:
                return JobApi.pending(job).with("Retry-After", "0.00" + life.nextInt(9));
            case 4:
                return JobApi.status(200, job, "Running");
            case 5:
                return JobApi.status(200, job, "thinking about it");
            case 6:
                return JobApi.pending(job).delivered(Delivery.TORN);
            case 7:
                return job.results().delivered(life.nextBoolean() ? Delivery.TORN : Delivery.RESET);
            case 8:
                return TestApi.answer(List.of(408, 500, 502, 504).get(life.nextInt(4)), "oops");
            case 9:
                return TestApi.answer(200, life.nextBoolean() ? "<html>" : "");
            case 10:
                // each slows all calls down, as it should, and the more so where few were accepted before
                return job.number() < JOBS / 2 || refusals.incrementAndGet() > MOST_REFUSALS
                        ? JobApi.pending(job)
                        : TestApi.answer(life.nextBoolean() ? 429 : 503, "").with("Retry-After", "0.001");
            case 11:
                return TestApi.answer(303, "").with("Location", "/results/" + job.id() + "?x=" + life.nextInt());
            case 12:
                lost.add(job.number());
                return life.nextBoolean()
                        ? TestApi.answer(life.nextBoolean() ? 404 : 410, "")
                        : JobApi.status(200, job, "failed");
            default:
                return job.results();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void shouldGiveEachItemOneFate(long seed) throws Exception {
        Map<Integer, Random> lives = new ConcurrentHashMap<>();
        JobApi jobs = new JobApi((job, time, request) -> {
            Random life = lives.computeIfAbsent(job.number(), n -> new Random(seed * 1_000_003 + n));
            synchronized (life) {
                return happening(job, life, request);
            }
        });
        List<String> given = items(3 * JOBS);
        try (TestApi api = TestApi.start(jobs);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.mode", "job")
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", MAX_SUBMISSIONS)
                        .with("saddlebag.call.retry-share", 1)
                        .with("saddlebag.batch.max-items", 3)
                        .with("saddlebag.breaker.minimum-number-of-calls", 1_000_000)
                        .with("saddlebag.breaker.sliding-window-size", 1_000_000)
                        .with("saddlebag.job.directory", folder.resolve("jobs"))
                        .with("saddlebag.job.poll-interval", "1ms")
                        .with("saddlebag.job.max-poll-interval", "10ms")
                        .with("saddlebag.job.grace", "0s")
                        .with("saddlebag.job.max-jobs", 200)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(given);

            assertThat(outcomes).hasSameSizeAs(given);
            for (int i = 0; i < outcomes.size(); i++) {
                Outcome outcome = outcomes.get(i);
                String id = "i" + (i + 1);
                assertThat(outcome.item().id()).isEqualTo(id);
                if (outcome.failed()) {
                    assertThat(outcome.failure().reason()).matches("(?s).*(job failed|does not know).*4 times.*");
                } else {
                    assertThat(answer(outcome)).isEqualTo(echoOf(id));
                }
            }
            assertSubmittedAgainOnlyWhatWasLost(jobs, outcomes);
        }
    }

    private void assertSubmittedAgainOnlyWhatWasLost(JobApi jobs, List<Outcome> outcomes) {
        Set<String> underWay = new HashSet<>();
        for (JobApi.Job job : jobs.jobs()) {
            for (String id : job.submission().ids()) {
                if (lost.contains(job.number())) {
                    continue;
                }
                assertThat(underWay.add(id))
                        .as("%s is submitted in two jobs", id)
                        .isTrue();
            }
        }
        assertThat(underWay)
                .hasSize((int) outcomes.stream().filter(o -> !o.failed()).count());
        assertThat(lost).isNotEmpty();
    }
}
