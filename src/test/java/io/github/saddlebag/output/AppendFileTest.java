package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class AppendFileTest {

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-11-29T23:30:00Z");
    private final InstantSource clock = () -> now;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldGoOnWhereTheLastRunEnded() throws Exception {
        Path path = folder.resolve("new/a.jsonl");
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("1\n2\n"));
            file.force();
        }
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("3\n"));
        }

        assertThat(path).hasContent("1\n2\n3\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 20_000})
    void shouldCutTheLineThatACrashHasTorn(int torn) throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "1\n2\n" + "x".repeat(torn));
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("3\n"));
        }

        assertThat(path).hasContent("1\n2\n3\n");
    }

    /** A disk that lost power keeps the length of a file, and loses blocks within it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 70_000})
    void shouldCutWhatADiskHasLost(int lost) throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "1\n2\n3" + "\0".repeat(lost) + "4\n5\n");
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("6\n"));
        }

        assertThat(path).hasContent("1\n2\n6\n");
    }

    @Test
    void shouldKeepWhatStandsBeforeALongLine() throws Exception {
        String longest = "x".repeat(5 << 20);
        Path path = Files.writeString(folder.resolve("a.jsonl"), "1\n" + longest + "\n" + longest);
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("3\n"));
        }

        assertThat(Files.readAllLines(path)).containsExactly("1", longest, "3");
    }

    /** The files that made way, in the order of their times, and the one that has the name now. */
    private List<String> rolled() throws Exception {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.filter(file -> file.getFileName().toString().startsWith("a.jsonl."))
                    .sorted()
                    .toList()) {
                contents.add(Files.readString(each));
            }
        }
        contents.add(Files.readString(folder.resolve("a.jsonl")));
        return contents;
    }

    @Test
    void shouldRollBeforeItIsLargerThanItMayBe() throws Exception {
        try (AppendFile file = new AppendFile(folder.resolve("a.jsonl"), Roll.of("6B"), clock)) {
            for (String lines : List.of("1\n2\n", "3\n", "4\n", "longer than it may be\n", "5\n")) {
                file.append(bytes(lines));
            }
            file.force();
        }

        assertThat(rolled()).containsExactly("1\n2\n3\n", "4\n", "longer than it may be\n", "5\n");
        assertThat(folder.resolve("a.jsonl.20261129T233000.000Z")).hasContent("1\n2\n3\n");
    }

    @Test
    void shouldRollWithTheFirstLineOfAPeriod() throws Exception {
        try (AppendFile file = new AppendFile(folder.resolve("a.jsonl"), Roll.of("1GB,1d"), clock)) {
            file.append(bytes("1\n"));
            now = Instant.parse("2026-11-29T23:59:59.999Z");
            file.append(bytes("2\n"));
            now = Instant.parse("2026-11-30T00:00:00Z");
            file.append(bytes("3\n"));
            file.append(bytes("4\n"));
        }

        assertThat(rolled()).containsExactly("1\n2\n", "3\n4\n");
    }

    @Test
    void shouldRollWhatAnEarlierRunHasWrittenInAnEarlierPeriod() throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "1\n");
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2026-11-29T22:59:59Z")));
        try (AppendFile file = new AppendFile(path, Roll.of("1h"), clock)) {
            file.append(bytes("2\n"));
        }

        assertThat(rolled()).containsExactly("1\n", "2\n");
    }

    /** What is forced after it was rolled is forced where it is now, or was before. */
    @Test
    void shouldLoseNothingWhereManyThreadsRoll() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (AppendFile file = new AppendFile(folder.resolve("a.jsonl"), Roll.of("1KB"), clock)) {
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
        assertThat(rolled()).allMatch(text -> text.length() <= 1024);
        assertThat(String.join("", rolled()).lines()).hasSize(400).allMatch(line -> line.matches("(\\d)\\1{99}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1w", "100", "1MB,2MB", "1d,1h", "0s", "500ms", "0MB", "daily"})
    void shouldNotStartWithARollThatCannotBe(String roll) {
        assertThatThrownBy(() -> Roll.of(roll))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("saddlebag.deliver.roll is '");
    }

    @Test
    void shouldBeginAnewWhereTheOnlyLineIsTorn() throws Exception {
        Path path = Files.writeString(folder.resolve("a.jsonl"), "{\"id\":");
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
            file.append(bytes("1\n"));
        }

        assertThat(path).hasContent("1\n");
    }

    @Test
    void shouldKeepOthersOutAndSayWhatHelps() throws Exception {
        Path path = folder.resolve("a.jsonl");
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system());
                AppendFile other = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
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
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
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
        try (AppendFile file = new AppendFile(path, Roll.NEVER, InstantSource.system())) {
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
