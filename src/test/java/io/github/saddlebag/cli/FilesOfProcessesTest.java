package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** As it is done: each command is a process of its own, several at once, and others touch their files meanwhile. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class FilesOfProcessesTest {

    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(this::answer);

    @AfterEach
    void stop() {
        go.countDown();
        api.close();
    }

    /** Those from number 5 on have to wait. */
    private TestApi.Answer answer(TestApi.Request request) throws Exception {
        if (request.ids().stream().anyMatch(id -> id.matches("[a-m][5-9]"))) {
            go.await();
        }
        return TestApi.echo(request);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static List<String> lines(String command, String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> item(prefix + i))
                .map(item -> command.equals("process")
                        ? item
                        : "{\"item\":" + item + ",\"reason\":\"The endpoint was away.\"}")
                .toList();
    }

    private ChildRun start(String command, String input, String output, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add((command.equals("process") ? "--input=" : "") + file(input));
        arguments.addAll(List.of("--output=" + output, "--url=" + api.url(), "--batch-size=1", "--concurrency=20"));
        arguments.addAll(List.of(more));
        return ChildRun.start(folder, arguments);
    }

    private long sent(String prefix) {
        return api.requests().stream()
                .flatMap(request -> request.ids().stream())
                .filter(id -> id.startsWith(prefix))
                .count();
    }

    private static int count(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "replay"})
    void shouldBearWhatIsDoneToTheFilesOfAnotherProcess(String command) throws Exception {
        for (String name : List.of("a", "b", "c")) {
            Files.write(file(name + ".jsonl"), lines(command, name, 10));
        }
        Path replaced = file("a.jsonl");
        Path deleted = file("b.out.jsonl");
        Path rotated = file("c.out.jsonl");
        try (ChildRun a = start(command, "a.jsonl", file("a.out.jsonl").toString());
                ChildRun b = start(command, "b.jsonl", deleted.toString());
                ChildRun c = start(command, "c.jsonl", rotated.toString())) {
            await().atMost(LONG)
                    .until(() -> sent("a") + sent("b") + sent("c") == 30 && count(deleted) == 5 && count(rotated) == 5);
            Files.move(Files.write(file("new"), lines(command, "n", 3)), replaced, REPLACE_EXISTING);
            Files.delete(deleted);
            Files.move(rotated, Files.createDirectories(file("old")).resolve("c.1"));
            await().atMost(LONG).until(() -> Files.exists(rotated));
            go.countDown();

            assertThat(a.status()).as(a.said()).isEqualTo(1);
            assertThat(a.said()).contains(replaced + " ").doesNotContain("\tat ");
            assertThat(b.status()).as(b.said()).isEqualTo(1);
            assertThat(b.said()).contains(deleted + " was deleted").doesNotContain("\tat ");
            assertThat(c.status()).as(c.said()).isZero();
        }
        assertThat(count(file("a.out.jsonl"))).isEqualTo(10);
        assertThat(count(replaced)).as("what nobody has sent stays").isEqualTo(3);
        assertThat(sent("n")).isZero();
        List<String> all = new ArrayList<>(Files.readAllLines(file("old/c.1")));
        all.addAll(Files.readAllLines(rotated));
        assertThat(all).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void shouldHaveNoPipeNoStdoutAndNoInputOfAProcessForItselfAlone() throws Exception {
        Files.write(file("in.jsonl"), lines("process", "a", 6));
        Path pipe = file("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        String[] letters = {"--dead-letters=/dev/null", "--as-completed"};
        try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw");
                ChildRun first = start("process", "in.jsonl", pipe.toString(), letters);
                ChildRun second = start("process", "in.jsonl", pipe.toString(), letters);
                ChildRun third = start("process", "in.jsonl", "/dev/stdout", letters)) {
            // the sixth of each waits: all run at once
            await().atMost(LONG).until(() -> sent("a5") == 3);
            go.countDown();

            List<String> read = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                read.add(both.readLine());
            }

            for (ChildRun run : List.of(first, second, third)) {
                assertThat(run.status()).as(run.said()).isZero();
            }
            assertThat(read).allMatch(line -> line.startsWith("{\"id\":\"a"));
            assertThat(read.stream().distinct()).hasSize(6);
            assertThat(third.printed().lines())
                    .as("the results, and the summary after them")
                    .hasSize(6 + 1);
        }
        try (Stream<Path> there = Files.list(folder)) {
            assertThat(there).noneMatch(path -> path.toString().endsWith(".lock"));
        }
    }

    private void drop(String name, List<String> lines) throws IOException {
        Path made = Files.write(file("dropped"), lines);
        Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(made, inbox().resolve(name));
    }

    private Path inbox() throws IOException {
        return Files.createDirectories(file("inbox"));
    }

    private ChildRun run(Path inbox) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("run", "--url=" + api.url()));
        for (String setting : List.of("enabled=true", "poll=50ms", "min-age=0s", "directory=" + inbox)) {
            arguments.add("--set=saddlebag.source.file." + setting);
        }
        arguments.add("--set=saddlebag.deliver.directory=" + file("outbox"));
        return ChildRun.start(folder, arguments);
    }

    private static List<String> in(Path folder, String beginning) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(beginning))
                    .sorted()
                    .toList();
        }
    }

    /** First it cannot be moved; then there is an earlier one of its name, that nobody may replace. */
    @Test
    void shouldMoveAFileOnceThatIsPossibleAndReplaceNoOther() throws Exception {
        Path done = Files.writeString(inbox().resolve(".done"), "a file in the place of the folder");
        Path error = Files.writeString(inbox().resolve(".error"), "a file in the place of the folder");
        Path results = file("outbox/x.jsonl.results.jsonl");
        drop("x.jsonl", items(3));
        drop("bad.csv", List.of("id,id", "1,2"));
        try (ChildRun run = run(inbox())) {
            await().atMost(LONG)
                    .until(() -> run.said().contains("x.jsonl") && run.said().contains("bad.csv"));
            drop("y.jsonl", List.of(item("y")));
            await().atMost(LONG).until(() -> count(file("outbox/y.jsonl.results.jsonl")) == 1);
            assertThat(run.said().lines().filter(line -> line.contains("x.jsonl")))
                    .as("once: %s", run.said())
                    .singleElement()
                    .asString()
                    .contains(".done");
            assertThat(run.said()).doesNotContain("Rollback", "\tat ");
            Files.delete(done);
            Files.delete(error);
            await().atMost(LONG)
                    .until(() -> Files.exists(inbox().resolve(".done/y.jsonl"))
                            && Files.exists(inbox().resolve(".done/x.jsonl"))
                            && Files.exists(inbox().resolve(".error/bad.csv")));
            assertThat(Files.readAllLines(results)).hasSize(3);

            drop("x.jsonl", items(2));
            drop("bad.csv", List.of("id,id", "1,3"));

            await().atMost(LONG)
                    .until(() -> in(inbox().resolve(".done"), "x.jsonl").size() == 2
                            && in(inbox().resolve(".error"), "bad.csv").size() == 2);
        }
        assertThat(sent("i")).isEqualTo(3 + 2);
        assertThat(in(file("outbox"), "x.jsonl.results.jsonl")).hasSize(2);
        assertThat(count(results)).isEqualTo(2);
        assertThat(count(file("outbox")
                        .resolve(in(file("outbox"), "x.jsonl.results.jsonl").get(1))))
                .as("of the earlier one")
                .isEqualTo(3);
    }

    /** Two inboxes, one outbox, and a file of the same name in both. */
    @Test
    void shouldNotWriteTheResultsThatAnotherRuntimeWrites() throws Exception {
        Path other = Files.createDirectories(file("other"));
        drop("a.jsonl", lines("process", "a", 10));
        try (ChildRun first = run(inbox())) {
            await().atMost(LONG).until(() -> sent("a") == 10);
            Files.write(other.resolve("a.jsonl"), lines("process", "n", 3));
            Files.write(other.resolve("b.jsonl"), lines("process", "o", 3));
            try (ChildRun second = run(other)) {
                await().atMost(LONG).until(() -> second.said().contains("is in use by process "));
                await().atMost(LONG).until(() -> Files.exists(other.resolve(".done/b.jsonl")));
                assertThat(sent("n")).isZero();
                assertThat(other.resolve("a.jsonl")).exists();
                go.countDown();

                await().atMost(LONG).until(() -> Files.exists(other.resolve(".done/a.jsonl")));
            }
            assertThat(inbox().resolve(".done/a.jsonl")).exists();
        }
        List<String> written = in(file("outbox"), "a.jsonl.results.jsonl").stream()
                .filter(name -> !name.endsWith("checkpoint"))
                .toList();
        assertThat(written).hasSize(2);
        assertThat(count(file("outbox").resolve(written.get(0)))).isEqualTo(3);
        assertThat(count(file("outbox").resolve(written.get(1)))).isEqualTo(10);
    }
}
