package io.github.saddlebag.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderSyncsTest {

    @TempDir
    private Path folder;

    /** The name of each file needed a sync of its own. */
    @Test
    void shouldMakeOneSyncForAllThatComeMeanwhile() throws Exception {
        int files = 20;
        AtomicInteger syncs = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        FolderSyncs names = new FolderSyncs(() -> {
            if (syncs.getAndIncrement() == 0) {
                begun.countDown();
                awaitQuietly(goOn);
            }
        });
        ExecutorService pool = Executors.newFixedThreadPool(files + 1);
        try {
            List<Future<?>> all = new ArrayList<>();
            all.add(pool.submit(() -> named(names, folder.resolve("first"))));
            begun.await();
            CountDownLatch asked = new CountDownLatch(files);
            for (int i = 0; i < files; i++) {
                Path file = folder.resolve("f" + i);
                all.add(pool.submit(() -> {
                    asked.countDown();
                    named(names, file);
                }));
            }
            asked.await();
            assertThat(all).noneMatch(Future::isDone);
            goOn.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(syncs)
                .as("the first, and one for the others; one may have come late")
                .hasValueBetween(2, 4);
    }

    @Test
    void shouldTellEachWhoseSyncFailed() {
        FolderSyncs names = new FolderSyncs(() -> {
            throw new IllegalStateException("the disk failed");
        });

        assertThatThrownBy(() -> names.of(folder.resolve("a"))).hasMessage("the disk failed");
        assertThatThrownBy(() -> names.of(folder.resolve("b"))).hasMessage("the disk failed");
    }

    private static void named(FolderSyncs names, Path file) {
        try {
            names.of(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
