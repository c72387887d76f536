package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.FileWatch;
import io.github.saddlebag.testing.RecordedDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was forced is there after a crash at any point, and the next run begins with a line of its own. */
@EnabledOnOs(OS.LINUX)
class AppendFileCrashTest {

    @TempDir
    private Path parent;

    @ParameterizedTest
    @ValueSource(strings = {"", "300B"})
    void shouldKeepWhatWasForcedAndTearNoLine(String rollAt) throws Exception {
        Roll roll = Roll.of(rollAt);
        long seed = Long.getLong("saddlebag.seed", System.nanoTime());
        Random random = new Random(seed);
        Path folder = Files.createDirectories(parent.resolve("run"));
        Path path = folder.resolve("outbox/results.jsonl");
        List<String> lines = new ArrayList<>();
        try (FileWatch watch = new FileWatch();
                RecordedDisk disk = new RecordedDisk(watch, folder, parent.resolve("links"))) {
            try (AppendFile file = new AppendFile(path, roll, InstantSource.system())) {
                for (int i = 0; i < 40; i++) {
                    lines.add("{\"id\":" + i + "," + "\"text\":\"" + "x".repeat(random.nextInt(50)) + "\"}");
                    file.append((lines.get(i) + "\n").getBytes(StandardCharsets.UTF_8));
                    if (random.nextInt(4) == 0) {
                        file.force();
                        disk.note(lines.size());
                    }
                }
            }
            disk.close();
            for (int point : disk.points()) {
                for (boolean killed : new boolean[] {true, false}) {
                    String when = "seed %d, %s at %d, before %s"
                            .formatted(seed, killed ? "killed" : "without power", point, disk.describe(point));
                    if (killed) {
                        disk.kill(point, random);
                    } else {
                        disk.losePower(point, random);
                    }
                    try (AppendFile next = new AppendFile(path, roll, InstantSource.system())) {
                        next.append("next\n".getBytes(StandardCharsets.UTF_8));
                    }
                    List<Object> forced = disk.notes(point);
                    int count = forced.isEmpty() ? 0 : (int) forced.get(forced.size() - 1);
                    List<String> there = lines(path);
                    assertThat(there).as(when).hasSizeGreaterThan(count).endsWith("next");
                    int known = there.size() - 1;
                    assertThat(there.subList(0, known)).as(when).isEqualTo(lines.subList(0, known));
                }
            }
        }
    }

    /** Those of the files that made way come first, in the order of their times. */
    private static List<String> lines(Path path) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(path.getParent())) {
            all.filter(file -> file.getFileName().toString().matches("results.jsonl.20.*Z"))
                    .sorted()
                    .forEach(files::add);
        }
        files.add(path);
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            lines.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        }
        return lines;
    }
}
