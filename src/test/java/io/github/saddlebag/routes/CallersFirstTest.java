package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file under way, and callers who come meanwhile: they do not wait until what was read of it is done. */
@Tag("slow")
@Timeout(120)
class CallersFirstTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::either);

    @AfterEach
    void stop() {
        api.close();
    }

    private Bundle bundle(String mode) throws Exception {
        return configured(mode).start();
    }

    private Bundle configured(String mode) throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("in"));
        Files.write(inbox.resolve("a.jsonl"), items(3000));
        return Bundle.all()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.call.rate", 20)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.batch.max-items", 10)
                .with("saddlebag.batch.max-in-flight", 1000)
                .with("saddlebag.deliver.ordered", false)
                .with("saddlebag.deliver.directory", folder.resolve("out"))
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.min-age", "0ms")
                .with("saddlebag.source.file.directory", inbox);
    }

    @Test
    void shouldGiveACallerTheNextRoomForAJob() throws Exception {
        JobApi jobs = new JobApi(3);
        api.behave(jobs);
        try (Bundle bundle = configured("job")
                .with("saddlebag.call.rate", 0)
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .with("saddlebag.job.poll-interval", "20ms")
                .with("saddlebag.job.max-jobs", 2)
                .start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> jobs.jobs().size() > 5);
            int before = jobs.jobs().size();

            assertThat(bundle.askAsync(item("caller"))).succeedsWithin(Duration.ofSeconds(20));

            assertThat(IntStream.range(0, jobs.jobs().size())
                            .filter(i -> jobs.submitted().get(i).contains("caller"))
                            .findFirst()
                            .orElseThrow())
                    .as("jobs before its own, of 90 and more that wait")
                    .isLessThan(before + 10);
        }
    }

    private int requestOf(String id) {
        List<TestApi.Request> all = api.requests();
        return IntStream.range(0, all.size())
                .filter(i -> all.get(i).text().contains('"' + id + '"'))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldSendWhatACallerWaitsForBeforeWhatWasRead(String mode) throws Exception {
        try (Bundle bundle = bundle(mode)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() > 5);
            for (int i = 0; i < 5; i++) {
                int before = api.requests().size();

                assertThat(bundle.askAsync(item("caller" + i))).succeedsWithin(Duration.ofSeconds(20));

                assertThat(requestOf("caller" + i) - before)
                        .as("requests before its own, of 100 and more that wait")
                        .isLessThan(10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldLetTheFileMoveWhereCallersUseTheWholeRate(String mode) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger number = new AtomicInteger();
        try (Bundle bundle = bundle(mode)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> api.requests().size() > 5);
            for (int i = 0; i < 200; i++) {
                askAgainAndAgain(bundle, over, number);
            }
            int before = api.requests().size();

            await().atMost(Duration.ofSeconds(60)).until(() -> api.requests().size() >= before + 60);
            over.set(true);

            List<TestApi.Request> sent = api.requests().subList(before, before + 60);
            long ofFile =
                    sent.stream().filter(r -> !r.text().contains("caller")).count();
            assertThat(ofFile).isBetween(2L, 30L);
        }
    }

    private static void askAgainAndAgain(Bundle bundle, AtomicBoolean over, AtomicInteger number) {
        bundle.askAsync(item("caller" + number.incrementAndGet())).whenComplete((answer, error) -> {
            if (!over.get() && error == null) {
                askAgainAndAgain(bundle, over, number);
            }
        });
    }
}
