package io.github.saddlebag.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.SmallDisk;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A replay whose files are touched by others, or cannot be written: no dead letter is lost, and none is sent twice. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class ReplayedFilesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(TestApi::echo);
    private Path letters;
    private Path output;

    @BeforeEach
    void nameFiles() {
        letters = folder.resolve("failed.jsonl");
        output = folder.resolve("out.jsonl");
    }

    @AfterEach
    void stop() {
        go.countDown();
        api.close();
    }

    private static String letter(String id) {
        return "{\"item\":" + Items.item(id) + ",\"reason\":\"The endpoint was away.\"}";
    }

    private static List<String> letters(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> letter(prefix + i)).toList();
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("replay", letters.toString(), "--output=" + output));
        arguments.add("--url=" + api.url());
        arguments.add("--set=saddlebag.deliver.max-back-off=600ms");
        arguments.addAll(List.of(more));
        return arguments;
    }

    private CommandRun replay(String... more) throws Exception {
        return CommandRun.of(arguments(more).toArray(String[]::new));
    }

    private CommandRun start(String... more) {
        return CommandRun.start(arguments(more).toArray(String[]::new));
    }

    private List<String> sent() {
        return api.requests().stream()
                .flatMap(request -> request.ids().stream())
                .toList();
    }

    /** One item fails, and the last one waits. */
    private void holdTheLast(String last) {
        api.behave(request -> {
            if (request.ids().contains("i1")) {
                return TestApi.answer(400, "no");
            }
            if (request.ids().contains(last)) {
                go.await();
            }
            return TestApi.echo(request);
        });
    }

    /** What others wrote into the file, or in its place, was deleted as if it had been sent. */
    @ParameterizedTest
    @CsvSource({"replaced, 1", "written over, 1", "grown, 3", "removed, 3", "renamed, 3"})
    void shouldKeepWhatOthersMakeOfTheFileMeanwhile(String what, int status) throws Exception {
        Files.write(letters, letters("i", 21));
        Path taken = folder.resolve("taken");
        holdTheLast("i20");
        try (CommandRun run = start("--batch-size=1")) {
            await().atMost(LONG).until(() -> sent().contains("i20"));
            switch (what) {
                case "replaced" ->
                    Files.move(Files.write(folder.resolve("new"), letters("n", 3)), letters, REPLACE_EXISTING);
                case "written over" -> Files.write(letters, letters("n", 3));
                case "grown" -> Files.write(letters, letters("n", 3), StandardOpenOption.APPEND);
                case "removed" -> Files.delete(letters);
                default -> Files.move(letters, taken);
            }
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(status);
            assertThat(run.err()).contains(letters + " ").doesNotContain("Exception");
        }
        assertThat(Files.readAllLines(output)).hasSize(21);
        assertThat(sent()).hasSize(21);
        Path again = folder.resolve("failed.jsonl.again");
        boolean isGone = status == 3 && !what.equals("grown");
        assertThat(Files.readAllLines(isGone ? letters : again))
                .as("what failed again")
                .singleElement()
                .asString()
                .contains("\"i1\"");
        if (isGone) {
            return;
        }
        assertThat(Files.readAllLines(letters)).containsAll(letters("n", 3));
        output = folder.resolve("2.jsonl");
        if (status == 1) {
            // nor is what failed again lost in the next replay
            CommandRun refused = replay();
            assertThat(refused.status()).as(refused.err()).isEqualTo(2);
            Files.move(again, folder.resolve("kept"));
        }

        CommandRun next = replay();

        assertThat(next.status()).as(next.err()).isEqualTo(0);
        assertThat(Files.readAllLines(output)).hasSize(3);
        assertThat(sent()).hasSize(24).contains("n0", "n1", "n2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "cut"})
    void shouldEndWith1WhereItsOutputIsTakenAway(String what) throws Exception {
        Files.write(letters, letters("i", 21));
        holdTheLast("i20");
        try (CommandRun run = start("--batch-size=1")) {
            await().atMost(LONG).until(() -> Files.exists(output) && Files.size(output) > 0);
            if (what.equals("cut")) {
                Files.write(output, new byte[0]);
            } else {
                Files.delete(output);
            }
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains(output + " was ");
        }
        assertThat(Files.readAllLines(letters)).isEqualTo(letters("i", 21));
    }

    @Test
    void shouldWriteOnUnderItsNameWhereItsOutputIsRotated() throws Exception {
        Files.write(letters, letters("i", 21));
        holdTheLast("i20");
        Path rotated = Files.createDirectories(folder.resolve("old")).resolve("out.jsonl.1");
        try (CommandRun run = start("--batch-size=1")) {
            await().atMost(LONG).until(() -> Files.exists(output) && Files.size(output) > 0);
            Files.move(output, rotated);
            await().atMost(LONG).until(() -> Files.exists(output));
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(3);
        }
        List<String> all = new ArrayList<>(Files.readAllLines(rotated));
        all.addAll(Files.readAllLines(output));
        assertThat(all).hasSize(21).doesNotHaveDuplicates();
        assertThat(Files.readAllLines(letters)).hasSize(1);
    }

    /** Where results, or what fails again, find no room. */
    @ParameterizedTest
    @ValueSource(strings = {"results", "again"})
    void shouldWaitForRoomAndSendNothingTwice(String full) throws Exception {
        int count = full.equals("again") ? 1000 : 3000;
        try (SmallDisk disk = SmallDisk.of(folder.resolve("small"), full.equals("again") ? 200 : 100)) {
            if (full.equals("results")) {
                output = disk.file("out.jsonl");
            } else {
                letters = disk.file("failed.jsonl");
                api.behave(request -> TestApi.answer(403, "no"));
            }
            Files.write(letters, letters("i", count));
            Path waits = full.equals("results") ? output : disk.file("failed.jsonl.again");
            try (ChildRun child = ChildRun.start(
                    folder, arguments("--set=saddlebag.call.refused-in-row=0", "--batch-size=100", "--keep-going"))) {
                await().atMost(LONG).until(() -> child.said().contains("No space left on device"));
                disk.makeRoom();

                assertThat(child.status()).as(child.said()).isEqualTo(full.equals("results") ? 0 : 3);
                assertThat(child.said().lines().filter(line -> line.contains("WARN") && line.contains("No space")))
                        .singleElement()
                        .asString()
                        .contains(waits.toString());
            }
            assertThat(Files.readAllLines(output)).hasSize(count).doesNotHaveDuplicates();
            assertThat(sent()).hasSize(count).doesNotHaveDuplicates();
            assertThat(Files.exists(letters) ? Files.readAllLines(letters).size() : 0)
                    .isEqualTo(full.equals("results") ? 0 : count);
        }
    }

    @Test
    void shouldEndWith1AfterTheTimeItMayWaitAndGoOnLater() throws Exception {
        int count = 3000;
        try (SmallDisk disk = SmallDisk.of(folder.resolve("small"), 100)) {
            output = disk.file("out.jsonl");
            Files.write(letters, letters("i", count));

            CommandRun run = replay("--set=saddlebag.deliver.retry-for=300ms");

            assertThat(run.status()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains(output + " cannot be written: No space left on device");
            assertThat(Files.readAllLines(letters)).hasSize(count);

            disk.makeRoom();
            CommandRun next = replay();
            assertThat(next.status()).as(next.err()).isZero();
            assertThat(Files.readAllLines(output)).hasSize(count).doesNotHaveDuplicates();
            assertThat(letters).doesNotExist();
        }
    }

    @Test
    void shouldRefuseBeforeItsFirstRequestWhatCannotBeWritten() throws Exception {
        Files.write(letters, letters("i", 3));
        output = Path.of("/dev/full/x");
        CommandRun run = replay();
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(api.requests()).isEmpty();
        assertThat(Files.readAllLines(letters)).hasSize(3);
    }

    /** All of it was sent: what others make impossible at the end is told, and loses nothing. */
    @Test
    void shouldSayWhereTheLettersAreThatItCannotPutInTheirPlace() throws Exception {
        Path own = Files.createDirectories(folder.resolve("own"));
        letters = own.resolve("failed.jsonl");
        Files.write(letters, letters("i", 21));
        holdTheLast("i20");
        try (CommandRun run = start("--batch-size=1")) {
            await().atMost(LONG).until(() -> sent().contains("i20"));
            Files.delete(letters);
            Files.createDirectories(letters.resolve("x"));
            go.countDown();

            assertThat(run.status()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains(letters.toString()).doesNotContain("\tat ");
        }
        assertThat(Files.readAllLines(own.resolve("failed.jsonl.again"))).hasSize(1);
        assertThat(Files.readAllLines(output)).hasSize(21);
    }
}
