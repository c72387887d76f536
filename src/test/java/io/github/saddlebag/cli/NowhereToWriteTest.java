package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.source.Runs;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.SmallDisk;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.OutputStream;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nothing can be written it is waited for, and what was answered is not asked for again. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class NowhereToWriteTest {

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int COUNT = 4000;

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.of(folder.resolve("small"), 200);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        disk.close();
    }

    private static List<String> process(Path input, Path output, String url, String... more) {
        List<String> arguments = new ArrayList<>(List.of("process", "--input=" + input, "--output=" + output));
        arguments.addAll(List.of("--url=" + url, "--set=saddlebag.deliver.max-back-off=600ms"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private void assertEachWasSentOnce(int count) {
        assertThat(api.requests().stream().flatMap(request -> request.ids().stream()))
                .hasSize(count)
                .doesNotHaveDuplicates();
    }

    private static List<String> lines(String text, String word) {
        return text.lines().filter(line -> line.contains(word)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--as-completed"})
    void shouldWaitForRoomAndSendNothingTwice(String order) throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), Items.items(COUNT));
        Path output = disk.file("out.jsonl");
        String[] more = order.isEmpty() ? new String[0] : new String[] {order};
        try (ChildRun child = ChildRun.start(folder, process(input, output, api.url(), more))) {
            await().atMost(LONG).until(() -> child.said().contains("No space left on device"));
            await().during(Duration.ofMillis(1500)).until(child::isAlive);
            disk.makeRoom();

            assertThat(child.status()).as(child.said()).isZero();
            assertThat(lines(child.said(), "No space left"))
                    .as("the cause, once, and that it is over")
                    .hasSizeLessThanOrEqualTo(2)
                    .first()
                    .asString()
                    .contains(output.toString());
        }
        assertThat(Files.readAllLines(output)).hasSize(COUNT).doesNotHaveDuplicates();
        assertEachWasSentOnce(COUNT);
    }

    /** Results find room, and dead letters none. */
    @Test
    void shouldWaitForRoomForDeadLettersAndSendNothingTwice() throws Exception {
        int count = 1000;
        Path input = Files.write(folder.resolve("items.jsonl"), Items.items(count));
        Path output = folder.resolve("out.jsonl");
        Path letters = disk.file("failed.jsonl");
        api.behave(request -> TestApi.answer(403, "no"));
        String[] more = {"--dead-letters=" + letters, "--set=saddlebag.call.refused-in-row=0", "--keep-going"};
        try (ChildRun child = ChildRun.start(folder, process(input, output, api.url(), more))) {
            await().atMost(LONG).until(() -> child.said().contains("No space left on device"));
            disk.makeRoom();

            assertThat(child.status()).as(child.said()).isEqualTo(3);
            assertThat(lines(child.said(), "No space left"))
                    .hasSizeLessThanOrEqualTo(2)
                    .first()
                    .asString()
                    .contains(letters.toString());
        }
        assertThat(Files.readAllLines(output)).hasSize(count).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(letters)).hasSize(count).doesNotHaveDuplicates();
        assertEachWasSentOnce(count);
    }

    /** An early item is answered last: what is answered behind it is kept, until there is no room for that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWaitForRoomForWhatIsKeptAndSendNothingTwice(boolean killed) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            // not one of the first request, which goes alone
            if (request.ids().contains("i101")) {
                go.await();
            }
            return TestApi.echo(request);
        });
        Path input = Files.write(folder.resolve("items.jsonl"), Items.items(COUNT));
        Path output = disk.file("out.jsonl");
        List<String> arguments = process(input, output, api.url(), "--batch-size=50");
        arguments.add("--set=saddlebag.batch.max-in-flight=500");
        // until the disk is full
        arguments.add("--set=saddlebag.call.response-timeout=10m");
        try (ChildRun child = ChildRun.start(folder, arguments)) {
            await().atMost(LONG).until(() -> child.said().contains("No space left on device"));
            await().during(Duration.ofMillis(1500)).until(child::isAlive);
            assertThat(lines(child.said(), "No space left")).as(child.said()).hasSize(1);
            if (killed) {
                child.kill();
            }
            disk.makeRoom();
            go.countDown();

            assertThat(child.status()).as(child.said()).isEqualTo(killed ? 137 : 0);
        }
        if (killed) {
            CommandRun next = CommandRun.of(arguments.toArray(String[]::new));
            assertThat(next.status()).as(next.err()).isZero();
            assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum())
                    .isLessThanOrEqualTo(COUNT + 500);
        } else {
            assertEachWasSentOnce(COUNT);
        }
        assertThat(Files.readAllLines(output))
                .isEqualTo(IntStream.rangeClosed(1, COUNT)
                        .mapToObj(i -> Items.echoOf("i" + i))
                        .map(answer -> "{\"id\":" + idOf(answer) + ",\"result\":" + answer + "}")
                        .toList());
        try (Stream<Path> left = Files.list(disk.file("."))) {
            assertThat(left).noneMatch(file -> file.toString().contains(".kept"));
        }
    }

    private static String idOf(String answer) {
        return answer.substring(answer.indexOf(':') + 1, answer.indexOf(','));
    }

    @Test
    void shouldEndWith1AfterTheTimeItMayWaitAndCountWhatIsOnTheDisk() throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), Items.items(COUNT));
        Path output = disk.file("out.jsonl");
        List<String> arguments = process(input, output, api.url(), "--set=saddlebag.deliver.retry-for=300ms");

        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(output + " cannot be written: No space left on device");
        List<String> there = Files.readAllLines(output);
        assertThat(there).isNotEmpty().hasSize(run.summary().path("items").intValue());

        disk.makeRoom();
        CommandRun next = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(next.status()).as(next.err()).isZero();
        assertThat(Files.readAllLines(output)).hasSize(COUNT).doesNotHaveDuplicates();
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum()).isLessThanOrEqualTo(COUNT + 5000);
    }

    @Test
    void shouldRefuseWhatCannotBeWrittenAtTheStart() throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), Items.items(3));
        Path inTheWay = Files.createDirectories(folder.resolve("out.jsonl.checkpoint/x"));

        CommandRun run = CommandRun.of(
                process(input, folder.resolve("out.jsonl"), api.url()).toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(inTheWay.getParent() + " cannot be written: ");

        IntStream.range(0, 60).forEach(i -> fill(i));
        CommandRun full =
                CommandRun.of(process(input, disk.file("out.jsonl"), api.url()).toArray(String[]::new));
        assertThat(full.status()).as(full.err()).isEqualTo(2);
        assertThat(full.err()).contains("No space left on device");
        assertThat(api.requests()).isEmpty();
    }

    private void fill(int number) {
        try {
            Files.write(disk.file("more" + number), new byte[4096]);
        } catch (IOException e) {
            // that is what it is for
        }
    }

    private Path inbox() throws IOException {
        return Files.createDirectories(folder.resolve("inbox"));
    }

    private void drop(String name, int count, int from) throws IOException {
        List<String> lines = IntStream.range(from, from + count)
                .mapToObj(i -> Items.item("i" + i))
                .toList();
        Path file = Files.write(folder.resolve("dropped"), lines);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox().resolve(name));
    }

    private Bundle bundle(Path outbox) throws IOException {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.directory", inbox())
                .with("saddlebag.deliver.directory", outbox)
                .with("saddlebag.deliver.max-back-off", "600ms");
    }

    private boolean isDone(String name) throws IOException {
        return Files.exists(inbox().resolve(".done").resolve(name));
    }

    @Test
    void shouldGiveOtherFilesTheirTurnWhereOneCannotBeWritten() throws Exception {
        Path outbox = Files.createDirectories(folder.resolve("outbox"));
        Files.createSymbolicLink(outbox.resolve("a.jsonl.results.jsonl"), disk.file("a"));
        Files.createSymbolicLink(outbox.resolve("x.jsonl.results.jsonl"), Path.of("/dev/full"));
        drop("a.jsonl", COUNT, 0);
        drop("x.jsonl", 10, 10_000);
        drop("n".repeat(240) + ".jsonl", 10, 20_000);
        try (Bundle bundle = bundle(outbox).start()) {
            await().atMost(LONG)
                    .until(() -> api.requests().stream()
                            .anyMatch(r -> r.ids().contains("i3999") || r.ids().contains("i10000")));
            drop("b.jsonl", 3, 30_000);
            await().atMost(LONG).until(() -> isDone("b.jsonl"));
            assertThat(isDone("a.jsonl")).isFalse();

            disk.makeRoom();

            await().atMost(LONG).until(() -> isDone("a.jsonl"));
            assertThat(isDone("x.jsonl")).isFalse();
        }
        assertThat(Files.readAllLines(disk.file("a"))).hasSize(COUNT).doesNotHaveDuplicates();
        assertEachWasSentOnce(COUNT + 10 + 3);
    }

    /** It ends before anything of it would be made durable, so that nothing would try again by itself. */
    @Test
    void shouldGoOnWithASmallFileThatFoundNoRoomAtItsEnd() throws Exception {
        Path outbox = Files.createDirectories(disk.file("outbox"));
        byte[] page = new byte[4096];
        try (OutputStream most = Files.newOutputStream(disk.file("most"))) {
            while (outbox.toFile().getUsableSpace() > 4 * page.length) {
                most.write(page);
            }
        }
        drop("a.jsonl", 1000, 0);
        try (Bundle bundle = bundle(outbox).start()) {
            Runs runs = bundle.context().getRegistry().lookupByNameAndType("saddlebagRuns", Runs.class);
            await().atMost(LONG).until(() -> runs.isPutOff(inbox().resolve("a.jsonl")));

            disk.makeRoom();

            await().atMost(LONG).until(() -> isDone("a.jsonl"));
        }
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                .hasSize(1000)
                .doesNotHaveDuplicates();
        assertEachWasSentOnce(1000);
    }

    @Test
    void shouldGoOnInAFolderWithRoomAgainAndSayLittle() throws Exception {
        drop("a.jsonl", COUNT, 0);
        drop("b.jsonl", 500, 10_000);
        List<String> arguments = List.of(
                "run",
                "--url=" + api.url(),
                "--set=saddlebag.source.file.enabled=true",
                "--set=saddlebag.source.file.poll=50ms",
                "--set=saddlebag.source.file.directory=" + inbox(),
                "--set=saddlebag.deliver.directory=" + disk.file("outbox"));
        try (ChildRun child = ChildRun.start(folder, arguments)) {
            await().atMost(LONG).until(() -> child.said().contains("No space left on device"));
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(60))
                    .until(child::isAlive);
            disk.makeRoom();

            await().atMost(LONG).until(() -> isDone("a.jsonl") && isDone("b.jsonl"));
            assertThat(lines(child.said(), "WARN")).as(child.said()).hasSizeBetween(1, 4);
            assertThat(child.said()).doesNotContain("Rollback", "Exception");
        }
        assertThat(Files.readAllLines(disk.file("outbox/a.jsonl.results.jsonl")))
                .hasSize(COUNT);
        assertThat(Files.readAllLines(disk.file("outbox/b.jsonl.results.jsonl")))
                .hasSize(500);
        assertEachWasSentOnce(COUNT + 500);
    }
}
