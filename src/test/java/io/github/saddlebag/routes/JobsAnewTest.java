package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes again because somebody wants to know it anew is submitted anew, also after a restart. */
@Tag("slow")
@Timeout(120)
class JobsAnewTest {

    @TempDir
    private Path folder;

    private final JobApi jobs = new JobApi(2);
    private final TestApi api = TestApi.start(jobs);

    @AfterEach
    void stop() {
        api.close();
    }

    private Bundle bundle() {
        return Bundle.all()
                .with("saddlebag.call.mode", "job")
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.deliver.directory", folder.resolve("outbox"))
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.job.max-poll-interval", "20ms");
    }

    private long remembered() throws IOException {
        Path store = folder.resolve("outbox/.jobs");
        if (!Files.exists(store)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(store)) {
            return files.count();
        }
    }

    @Test
    void shouldSubmitEachTurnOfAWatchListAlsoAfterARestart() throws Exception {
        Path list = Files.write(folder.resolve("symbols.jsonl"), items(5));
        for (int start = 1; start <= 2; start++) {
            int before = jobs.jobs().size();
            try (Bundle bundle = bundle().with("saddlebag.source.timer.enabled", true)
                    .with("saddlebag.source.timer.list", list)
                    .with("saddlebag.source.timer.period", "50ms")) {
                bundle.start();
                await().until(() -> jobs.jobs().size() >= before + 3);
            }
        }

        long lines;
        try (Stream<String> results = Files.lines(folder.resolve("outbox/symbols.jsonl.results.jsonl"))) {
            lines = results.count();
        }
        // the last turn of each start may have been given back, and is submitted by none but the next one
        assertThat(jobs.jobs()).hasSizeBetween((int) lines / 5, (int) lines / 5 + 2);
    }

    @Test
    void shouldSubmitAFileThatIsDroppedAgainAlsoAfterARestart() throws Exception {
        Files.createDirectories(folder.resolve("inbox"));
        for (int start = 1; start <= 2; start++) {
            try (Bundle bundle = bundle().with("saddlebag.source.file.enabled", true)
                    .with("saddlebag.source.file.directory", folder.resolve("inbox"))
                    .with("saddlebag.source.file.min-age", "0s")
                    .with("saddlebag.source.file.poll", "50ms")
                    .with("saddlebag.batch.max-items", 10)) {
                bundle.start();
                for (String name : List.of("a.jsonl", "b.jsonl")) {
                    Path written = Files.write(folder.resolve(name), items(15));
                    Files.move(written, folder.resolve("inbox").resolve(name), StandardCopyOption.ATOMIC_MOVE);
                }

                await().until(() -> remembered() == 0 && isDone("a.jsonl") && isDone("b.jsonl"));
            }
            int submitted = jobs.submitted().stream().mapToInt(List::size).sum();
            assertThat(submitted).isEqualTo(start * 30);
        }
    }

    private boolean isDone(String name) {
        return Files.exists(folder.resolve("inbox/.done").resolve(name))
                && Files.notExists(folder.resolve("inbox").resolve(name));
    }

    @Test
    void shouldSubmitWhatACallerAsksAgainAlsoAfterARestart() throws Exception {
        for (int start = 1; start <= 2; start++) {
            try (Bundle bundle = bundle()) {
                bundle.start();
                assertThat(bundle.ask(items(3))).hasSize(3).noneMatch(outcome -> outcome.failed());
                await().atMost(Duration.ofSeconds(10)).until(() -> remembered() == 0);
            }
            assertThat(jobs.jobs()).hasSize(start);
        }
    }
}
