package io.github.saddlebag.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AppendFileTest {

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldGoOnWhereTheLastRunEnded() throws Exception {
        Path path = folder.resolve("new/a.jsonl");
        try (AppendFile file = new AppendFile(path)) {
            file.append(bytes("1\n2\n"));
            file.force();
        }
        try (AppendFile file = new AppendFile(path)) {
            file.append(bytes("3\n"));
        }

        assertThat(path).hasContent("1\n2\n3\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 20_000})
    void shouldCutTheLineThatACrashHasTorn(int torn) throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "1\n2\n" + "x".repeat(torn));
        try (AppendFile file = new AppendFile(path)) {
            file.append(bytes("3\n"));
        }

        assertThat(path).hasContent("1\n2\n3\n");
    }

    @Test
    void shouldBeginAnewWhereTheOnlyLineIsTorn() throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "{\"id\":");
        try (AppendFile file = new AppendFile(path)) {
            file.append(bytes("1\n"));
        }

        assertThat(path).hasContent("1\n");
    }

    @Test
    void shouldKeepOthersOutAndSayWhatHelps() throws Exception {
        Path path = folder.resolve("a.jsonl");
        try (AppendFile file = new AppendFile(path);
                AppendFile other = new AppendFile(path)) {
            file.append(bytes("1\n"));

            assertThatThrownBy(() -> other.append(bytes("2\n")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("saddlebag.deliver.directory");
        }
        assertThat(path).hasContent("1\n");
    }

    @Test
    void shouldComeBackAfterAnInterruptedWrite() throws Exception {
        Path path = folder.resolve("a.jsonl");
        try (AppendFile file = new AppendFile(path)) {
            file.append(bytes("1\n"));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> file.append(bytes("2\n"))).isInstanceOf(IOException.class);
            assertThat(Thread.interrupted()).isTrue();

            file.append(bytes("2\n"));
        }
        assertThat(path).hasContent("1\n2\n");
    }

    @Test
    void shouldNotMixTheLinesOfManyThreads() throws Exception {
        Path path = folder.resolve("a.jsonl");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (AppendFile file = new AppendFile(path)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String line = ("" + i).repeat(100) + "\n";
                writers.add(threads.submit(() -> {
                    for (int n = 0; n < 50; n++) {
                        file.append(bytes(line));
                        file.force();
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Files.readAllLines(path)).hasSize(400).allMatch(line -> line.matches("(\\d)\\1{99}"));
    }
}
