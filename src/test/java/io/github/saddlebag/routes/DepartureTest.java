package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch that is due stays open as long as it could not be sent, whatever it is that keeps it. */
@Tag("slow")
@Timeout(120)
class DepartureTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle =
            Bundle.all().with("saddlebag.call.url", api.url()).with("saddlebag.batch.max-wait", "1ms");

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    /** Each of them comes so much later than the one before. */
    private List<CompletableFuture<String>> ask(int count, int apartMillis) {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (String item : items(count)) {
            Executor later =
                    CompletableFuture.delayedExecutor((long) apartMillis * answers.size(), TimeUnit.MILLISECONDS);
            answers.add(CompletableFuture.supplyAsync(() -> item, later).thenCompose(bundle::askAsync));
        }
        return answers;
    }

    private static void assertAnswered(List<CompletableFuture<String>> answers) {
        assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(30, TimeUnit.SECONDS));
    }

    @Test
    void shouldTakeWhatComesWhileTheOnlyPlaceIsTaken() throws Exception {
        api.behave(request -> TestApi.echo(request).after(800));
        bundle.with("saddlebag.call.concurrency", 1).start();

        assertAnswered(ask(40, 10));

        assertThat(api.requests()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void shouldTakeWhatComesUntilTheRateLetsItGo() throws Exception {
        bundle.with("saddlebag.call.rate", 2).start();

        assertAnswered(ask(80, 10));

        assertThat(api.requests()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void shouldTakeWhatComesUntilTheRateOfItsKeyLetsItGo() throws Exception {
        bundle.with("saddlebag.call.rate-per-lane", 2).start();

        assertAnswered(ask(80, 10));

        assertThat(api.requests()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void shouldTakeWhatComesInAPause() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        api.behave(request -> calls.incrementAndGet() == 1
                ? TestApi.answer(503, "").with("Retry-After", "1")
                : TestApi.echo(request));
        bundle.start();

        assertAnswered(ask(60, 10));

        assertThat(api.requests()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void shouldTakeWhatComesUntilThereIsRoomForAJob() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        JobApi jobs = new JobApi((job, time, request) -> go.getCount() > 0 ? JobApi.pending(job) : job.results());
        api.behave(jobs);
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.job.directory", folder)
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.job.max-poll-interval", "20ms")
                .with("saddlebag.job.max-jobs", 1)
                .start();
        CompletableFuture<String> first = bundle.askAsync(item("a"));
        await().atMost(Duration.ofSeconds(30)).until(() -> jobs.jobs().size() == 1);
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(go::countDown);

        assertAnswered(ask(40, 10));

        assertThat(first).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(jobs.jobs()).hasSizeLessThanOrEqualTo(6);
    }

    @Test
    void shouldLetABatchGoThatHasTakenAllThatCanCome() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.call.concurrency", 1)
                .with("saddlebag.batch.max-items", 3)
                .with("saddlebag.batch.max-in-flight", 5)
                .start();
        List<CompletableFuture<String>> answers = ask(20, 0);
        await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() == 1);

        go.countDown();

        assertAnswered(answers);
    }

    @Test
    void shouldServeThoseInAnOpenBatchAtAStop() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        bundle.with("saddlebag.call.concurrency", 1).start();
        CompletableFuture<String> first = bundle.askAsync(item("a"));
        await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() == 1);
        // on this thread: it is in its batch then
        CompletableFuture<String> second =
                BatchClient.of(bundle.context(), "batch:saddlebag").send(item("b"), String.class);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(bundle::close);
        await().until(() -> bundle.context().isStopping());

        go.countDown();

        assertThat(closed).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }
}
