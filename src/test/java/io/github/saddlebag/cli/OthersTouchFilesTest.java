package io.github.saddlebag.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else moves, cuts or deletes files that are read or written. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class OthersTouchFilesTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(this::answer);

    @AfterEach
    void stop() {
        go.countDown();
        api.close();
    }

    /** The items from number 50 on have to wait. */
    private TestApi.Answer answer(TestApi.Request request) throws Exception {
        if (request.ids().stream().anyMatch(id -> id.compareTo("i050") >= 0 && id.startsWith("i0"))) {
            go.await();
        }
        return TestApi.echo(request);
    }

    private static List<String> items(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Items.item(prefix + String.format("%03d", i)))
                .toList();
    }

    private Path inbox() throws IOException {
        return Files.createDirectories(folder.resolve("inbox"));
    }

    private Path old(String name, List<String> lines) throws IOException {
        Path file = Files.write(folder.resolve("new-" + name), lines);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private Bundle bundle() throws IOException {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.batch.max-items", 10)
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.min-age", "0s")
                .with("saddlebag.source.file.directory", inbox())
                .with("saddlebag.deliver.directory", folder.resolve("outbox"));
    }

    private List<Path> in(String where, String beginning) throws IOException {
        Path at = folder.resolve(where);
        if (!Files.isDirectory(at)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(at)) {
            return all.filter(path -> path.getFileName().toString().startsWith(beginning))
                    .sorted()
                    .toList();
        }
    }

    private long sent(String prefix) {
        return api.requests().stream()
                .flatMap(request -> request.ids().stream())
                .filter(id -> id.startsWith(prefix))
                .count();
    }

    private static int count(List<Path> files) throws IOException {
        int lines = 0;
        for (Path file : files) {
            lines += Files.readAllLines(file).size();
        }
        return lines;
    }

    /** 3,000 new items were moved to .done unsent. */
    @ParameterizedTest
    @ValueSource(strings = {"replaced", "written over", "cut", "grown"})
    void shouldDoAFileOfTheInboxThatIsAnotherOneThenToo(String what) throws Exception {
        Files.move(old("a.jsonl", items("i", 100)), inbox().resolve("a.jsonl"));
        Path input = inbox().resolve("a.jsonl");
        int more = 30;
        try (Bundle bundle = bundle().start()) {
            await().atMost(LONG).until(() -> sent("i") >= 100);
            switch (what) {
                case "replaced" -> Files.move(old("b.jsonl", items("n", more)), input, REPLACE_EXISTING);
                case "written over" -> Files.write(input, items("n", more));
                case "cut" -> {
                    try (FileChannel cut = FileChannel.open(input, StandardOpenOption.WRITE)) {
                        cut.truncate(String.join("\n", items("i", more)).length() + 1);
                    }
                }
                default -> Files.write(input, items("n", more), StandardOpenOption.APPEND);
            }
            go.countDown();

            await().atMost(LONG).until(() -> !in("inbox/.done", "a.jsonl").isEmpty());
        }
        assertThat(sent("n")).isEqualTo(what.equals("cut") ? 0 : more);
        assertThat(sent("i")).isEqualTo(what.equals("cut") ? 100 + more : 100);
        assertThat(count(in("outbox", "a.jsonl.results.jsonl"))).isEqualTo(100 + more);
        assertThat(in("inbox/.done", "a.jsonl")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFinishAFileOfTheInboxThatIsRenamedOrRemoved(boolean removed) throws Exception {
        Files.move(old("a.jsonl", items("i", 100)), inbox().resolve("a.jsonl"));
        try (Bundle bundle = bundle().start()) {
            await().atMost(LONG).until(() -> sent("i") >= 100);
            Files.move(inbox().resolve("a.jsonl"), folder.resolve("taken"));
            if (removed) {
                Files.delete(folder.resolve("taken"));
            }
            go.countDown();
            Files.move(old("b.jsonl", items("n", 3)), inbox().resolve("b.jsonl"));

            await().atMost(LONG).until(() -> !in("inbox/.done", "b.jsonl").isEmpty());
        }
        assertThat(count(in("outbox", "a.jsonl.results.jsonl"))).isEqualTo(100);
        assertThat(in("outbox", "a.jsonl.results.jsonl.checkpoint")).isEmpty();
        assertThat(sent("i")).isEqualTo(100);
    }

    /** All that was read was sent, and then sent again. */
    @Test
    void shouldSendOnceWhatWasNotUnderWayWhenAnOutputWasDeleted() throws Exception {
        Files.move(old("a.jsonl", items("i", 400)), inbox().resolve("a.jsonl"));
        Path output = folder.resolve("outbox/a.jsonl.results.jsonl");
        try (Bundle bundle = bundle().with("saddlebag.call.concurrency", 2).start()) {
            await().atMost(LONG).until(() -> sent("i") >= 70 && Files.exists(output) && Files.size(output) > 0);
            Files.delete(output);
            // noticed while nothing is answered
            await().during(Duration.ofMillis(1500)).atMost(LONG).until(() -> sent("i") == 70);
            go.countDown();

            await().atMost(LONG).until(() -> !in("inbox/.done", "a.jsonl").isEmpty());
        }
        assertThat(Files.readAllLines(output)).hasSize(400).doesNotHaveDuplicates();
        assertThat(sent("i")).isEqualTo(400 + 70);
    }

    /** As it is done: by one process to the files of another. */
    @Test
    void shouldBearWhatIsDoneToTheFilesOfAnotherProcess() throws Exception {
        api.behave(request -> {
            if (request.ids().stream().anyMatch(id -> id.matches("i.05\\d"))) {
                go.await();
            }
            return TestApi.echo(request);
        });
        for (String name : List.of("replaced", "rotated", "deleted")) {
            Files.move(old(name, items("i" + name.charAt(2), 60)), inbox().resolve(name));
        }
        List<String> arguments = new ArrayList<>(List.of("run", "--url=" + api.url(), "--batch-size=10"));
        arguments.add("--concurrency=30");
        for (String setting : List.of("enabled=true", "poll=50ms", "min-age=0s", "directory=" + inbox())) {
            arguments.add("--set=saddlebag.source.file." + setting);
        }
        arguments.add("--set=saddlebag.deliver.directory=" + folder.resolve("outbox"));
        Path rotated = folder.resolve("outbox/rotated.results.jsonl");
        Path deleted = folder.resolve("outbox/deleted.results.jsonl");
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            await().atMost(LONG).until(() -> sent("i") >= 180 && Files.exists(rotated) && Files.exists(deleted));
            Files.move(old("b", items("n", 3)), inbox().resolve("replaced"), REPLACE_EXISTING);
            Files.move(rotated, folder.resolve("rotated.1"));
            Files.delete(deleted);
            await().atMost(LONG).until(() -> Files.exists(rotated));
            go.countDown();

            await().atMost(LONG).until(() -> in("inbox/.done", "").size() == 3);
            assertThat(run.said()).contains(deleted + " was deleted", rotated + " was moved to ", "replaced");
        }
        List<String> all = new ArrayList<>(Files.readAllLines(rotated));
        all.addAll(Files.readAllLines(folder.resolve("rotated.1")));
        assertThat(all).hasSize(60).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(deleted)).as("done anew").hasSize(60).doesNotHaveDuplicates();
        assertThat(count(in("outbox", "replaced.results.jsonl"))).isEqualTo(60 + 3);
        assertThat(sent("n")).isEqualTo(3);
        assertThat(sent("ip") + sent("it")).isEqualTo(120);
    }

    private List<String> process(String... more) {
        List<String> arguments = new ArrayList<>(List.of("process", "--input=" + folder.resolve("in.jsonl")));
        arguments.addAll(List.of("--output=" + folder.resolve("out.jsonl"), "--url=" + api.url(), "--batch-size=10"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static CommandRun start(List<String> arguments) {
        return CommandRun.start(arguments.toArray(String[]::new));
    }

    private static CommandRun run(List<String> arguments) throws Exception {
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"replaced", "written over", "removed"})
    void shouldTellOfAnInputOfProcessThatIsAnotherOneNow(String what) throws Exception {
        Path input = Files.write(folder.resolve("in.jsonl"), items("i", 100));
        try (CommandRun run = start(process())) {
            await().atMost(LONG).until(() -> sent("i") >= 100);
            switch (what) {
                case "replaced" -> Files.move(old("b.jsonl", items("n", 3)), input, REPLACE_EXISTING);
                case "written over" -> Files.write(input, items("n", 3));
                default -> Files.delete(input);
            }
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(what.equals("removed") ? 0 : 1);
            assertThat(run.err().contains(input.toString())).isNotEqualTo(what.equals("removed"));
        }
        assertThat(Files.readAllLines(folder.resolve("out.jsonl"))).hasSize(100);
        if (!what.equals("removed")) {
            CommandRun again = run(process());
            assertThat(again.status()).as(again.err()).isEqualTo(2);
            CommandRun anew = run(process("--overwrite"));
            assertThat(anew.status()).as(anew.err()).isZero();
            assertThat(sent("n")).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "cut", "letters deleted"})
    void shouldEndWith1WhereAnOutputIsTakenAway(String what) throws Exception {
        List<String> lines = new ArrayList<>(items("i", 300));
        lines.add(0, "no json");
        Files.write(folder.resolve("in.jsonl"), lines);
        Path file = folder.resolve(what.startsWith("letters") ? "out.jsonl.failed.jsonl" : "out.jsonl");
        try (CommandRun run = start(process("--set=saddlebag.batch.max-in-flight=60"))) {
            await().atMost(LONG).until(() -> Files.exists(file) && Files.size(file) > 0);
            if (what.equals("cut")) {
                Files.write(file, new byte[0]);
            } else {
                Files.delete(file);
            }
            // noticed while nothing is answered: at most what was in flight then
            await().during(Duration.ofMillis(1500)).atMost(LONG).until(() -> sent("i") < 150);
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains(file + " was ").doesNotContain("has them");
            assertThat(run.summary().path("items").intValue())
                    .isEqualTo(
                            Files.exists(folder.resolve("out.jsonl"))
                                    ? Files.readAllLines(folder.resolve("out.jsonl"))
                                            .size()
                                    : 0);
        }
        assertThat(sent("i")).isLessThanOrEqualTo(150);
    }

    @Test
    void shouldWriteOnUnderItsNameWhereAnOutputIsRotated() throws Exception {
        Files.write(folder.resolve("in.jsonl"), items("i", 100));
        Path output = folder.resolve("out.jsonl");
        Path rotated = Files.createDirectories(folder.resolve("old")).resolve("out.jsonl.1");
        try (CommandRun run = start(process())) {
            await().atMost(LONG).until(() -> Files.exists(output) && Files.size(output) > 0);
            Files.move(output, rotated);
            await().atMost(LONG).until(() -> Files.exists(output));
            go.countDown();

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.summary().path("items").intValue()).isEqualTo(100);
        }
        List<String> all = new ArrayList<>(Files.readAllLines(rotated));
        all.addAll(Files.readAllLines(output));
        assertThat(all).hasSize(100).doesNotHaveDuplicates();
        assertThat(run(process()).summary().path("resumed").booleanValue()).isTrue();
        assertThat(sent("i")).isEqualTo(100);
    }

    @Test
    void shouldWriteOnUnderItsNameWhereTheFileOfASourceIsRotated() throws Exception {
        Path list = Files.write(folder.resolve("list.jsonl"), items("n", 3));
        try (Bundle bundle = bundle().with("saddlebag.source.file.enabled", false)
                .with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.period", "100ms")
                .with("saddlebag.source.timer.list", list)
                .start()) {
            await().atMost(LONG).until(() -> !in("outbox", "list").isEmpty());
            Path output = in("outbox", "list").stream()
                    .filter(path -> path.toString().endsWith(".results.jsonl"))
                    .findFirst()
                    .orElseThrow();
            await().atMost(LONG).until(() -> Files.size(output) > 0);
            Files.move(output, folder.resolve("rotated"));

            await().atMost(LONG).until(() -> Files.exists(output) && Files.size(output) > 0);
        }
        assertThat(Files.readAllLines(folder.resolve("rotated")).size() % 3).isZero();
    }
}
