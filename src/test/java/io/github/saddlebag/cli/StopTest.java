package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is told to stop begins nothing, writes what was answered, and goes on from there. */
@Tag("slow")
@Timeout(120)
class StopTest {

    private static final int ITEMS = 600;
    private static final int ANSWERED = 60;
    private static final int IN_FLIGHT = 4;
    private static final Pattern RESULT = Pattern.compile("\\{\"id\":\"(i\\d+)\",\"result\":\"");

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private final JobApi jobs = new JobApi(1);
    private volatile boolean slow = true;
    private volatile int held = Integer.MAX_VALUE;
    private String mode = "single";
    private final TestApi api = TestApi.start(this::answer);

    private Answer answer(Request request) throws Exception {
        int number = arrived.incrementAndGet();
        if (number >= held) {
            go.await();
        } else if (slow) {
            Thread.sleep(40);
        }
        Answer answer = mode.equals("job") ? jobs.answer(request) : Singles.either(request);
        answered.incrementAndGet();
        return answer;
    }

    @BeforeEach
    void give() throws IOException {
        Files.write(folder.resolve("items.jsonl"), items(ITEMS));
    }

    @AfterEach
    void release() {
        go.countDown();
        api.close();
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("process", "--mode", mode, "--url", api.url()));
        arguments.addAll(List.of("--input", folder.resolve("items.jsonl").toString()));
        arguments.addAll(List.of("--output", folder.resolve("results.jsonl").toString()));
        arguments.addAll(List.of("--concurrency", "" + IN_FLIGHT, "--batch-size", "5", "--answer-result", "/result"));
        arguments.addAll(List.of("--set", "saddlebag.job.poll-interval=20ms"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private ChildRun start(String... more) throws IOException {
        return ChildRun.start(folder, arguments(more));
    }

    private void awaitAnswers() {
        await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() == ANSWERED);
    }

    private static void awaitStopping(ChildRun run) {
        await().atMost(Duration.ofSeconds(60)).until(() -> run.said().contains("stopping"));
    }

    private List<String> results() throws IOException {
        return Files.readAllLines(folder.resolve("results.jsonl"));
    }

    /** The ids of the answers that are on the disk: written, or, in order, kept until their turn has come. */
    private Set<String> onDisk(Path results) throws IOException {
        Set<String> ids = new TreeSet<>();
        String kept = results.getFileName() + ".kept.";
        try (Stream<Path> all = Files.list(results.getParent())) {
            for (Path file : all.filter(path -> path.equals(results)
                            || path.getFileName().toString().startsWith(kept))
                    .toList()) {
                RESULT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .results()
                        .forEach(result -> ids.add(result.group(1)));
            }
        }
        return ids;
    }

    @ParameterizedTest
    @CsvSource({"single, false", "single, true", "batch, true", "job, true"})
    void shouldWriteWhatWasAnsweredAndSendOnlyTheRestAgain(String itsMode, boolean asCompleted) throws Exception {
        mode = itsMode;
        held = ANSWERED + 1;
        int perRequest = mode.equals("single") ? 1 : 5;
        String room = "saddlebag.job.max-jobs=" + IN_FLIGHT;
        String[] more = asCompleted ? new String[] {"--set", room, "--as-completed"} : new String[] {"--set", room};
        try (ChildRun run = start(more)) {
            awaitAnswers();

            run.terminate();
            awaitStopping(run);
            int asked = arrived.get();
            go.countDown();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
            assertThat(arrived.get() - asked).as("begun while it stopped").isLessThanOrEqualTo(2 * IN_FLIGHT);
        }
        if (!mode.equals("job")) {
            assertThat(asCompleted ? results() : onDisk(folder.resolve("results.jsonl")))
                    .hasSize(answered.get() * perRequest);
        } else {
            assertThat(results()).hasSizeBetween(20, ITEMS - 1);
        }
        slow = false;
        try (ChildRun run = start(more)) {
            assertThat(run.status()).as(run.said()).isZero();
        }
        assertThat(results()).hasSize(ITEMS).doesNotHaveDuplicates();
        if (mode.equals("job")) {
            assertThat(jobs.jobs()).hasSize(ITEMS / 5);
        } else {
            assertThat(arrived.get()).isEqualTo(ITEMS / perRequest);
        }
    }

    @Test
    void shouldGoOnWithTheFileOfAFolder() throws Exception {
        held = ANSWERED + 1;
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.move(folder.resolve("items.jsonl"), inbox.resolve("items.jsonl"));
        Path results = folder.resolve("outbox/items.jsonl.results.jsonl");
        List<String> arguments = ofFolder(inbox, results);
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            awaitAnswers();

            run.terminate();
            awaitStopping(run);
            go.countDown();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
        }
        assertThat(onDisk(results)).hasSize(answered.get());
        assertThat(inbox.resolve("items.jsonl")).exists();
        slow = false;
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/items.jsonl")));
        }
        assertThat(Files.readAllLines(results)).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(arrived.get()).isEqualTo(ITEMS);
    }

    @Test
    void shouldGoOnWithDeadLetters() throws Exception {
        held = ANSWERED + 1;
        Path letters = folder.resolve("failed.jsonl");
        List<String> lines = items(ITEMS).stream()
                .map(item -> "{\"source\":\"x\",\"line\":1,\"reason\":\"refused\",\"item\":" + item + "}")
                .toList();
        Files.write(letters, lines);
        List<String> arguments = new ArrayList<>(List.of("replay", letters.toString(), "--mode", "single"));
        arguments.addAll(List.of("--url", api.url(), "--concurrency", "" + IN_FLIGHT, "--answer-result", "/result"));
        arguments.addAll(List.of("--output", folder.resolve("results.jsonl").toString()));
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            awaitAnswers();

            run.terminate();
            awaitStopping(run);
            go.countDown();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
        }
        assertThat(onDisk(folder.resolve("results.jsonl"))).hasSize(answered.get());
        assertThat(Files.readAllLines(letters)).hasSize(ITEMS);
        slow = false;
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            assertThat(run.status()).as(run.said()).isZero();
        }
        assertThat(results()).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(arrived.get()).isEqualTo(ITEMS);
        assertThat(letters).doesNotExist();
    }

    /** The first items are in several chunks, which are sent side by side: an answer may be behind one that is not sent. */
    @Test
    void shouldEndSoonThoughThousandsOfItemsWait() throws Exception {
        Files.write(folder.resolve("items.jsonl"), items(3000));
        try (ChildRun run = start("--rate", "20")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > 5);
            long begun = System.nanoTime();

            run.terminate();
            run.status();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        }
        assertThat(onDisk(folder.resolve("results.jsonl"))).hasSize(answered.get());
        slow = false;
        try (ChildRun run = start()) {
            assertThat(run.status()).as(run.said()).isZero();
        }
        assertThat(results()).hasSize(3000).doesNotHaveDuplicates();
        assertThat(arrived.get()).as("nothing again").isEqualTo(3000);
    }

    /** It waited for the whole of the shutdown timeout, and told of an exchange. */
    @ParameterizedTest
    @CsvSource({"false, 5", "true, 5", "false, 0"})
    void shouldEndSoonThoughNothingComesOfAStream(boolean stdin, int count) throws Exception {
        slow = false;
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        List<String> arguments = arguments("--as-completed", "--set", "camel.main.shutdown-timeout=110");
        arguments.set(arguments.indexOf("--input") + 1, stdin ? "-" : pipe.toString());
        try (RandomAccessFile open = new RandomAccessFile(pipe.toFile(), "rw");
                ChildRun run = ChildRun.start(folder, stdin ? "exec 0<'" + pipe + "'; " : "", arguments)) {
            for (String item : items(count)) {
                open.writeBytes(item + '\n');
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> count == 0
                            ? Files.exists(folder.resolve("results.jsonl"))
                            : answered.get() == count && results().size() == count);
            long begun = System.nanoTime();

            run.terminate();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
            assertThat(run.said()).contains("when the runtime stopped").doesNotContain("Interrupted");
        }
        assertThat(results()).hasSize(count);
    }

    @Test
    void shouldEndAtOnceAtASecondSignal() throws Exception {
        held = 20;
        try (ChildRun run = start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> arrived.get() >= 20 + IN_FLIGHT - 1);
            run.terminate();
            await().atMost(Duration.ofSeconds(60)).until(() -> run.said().contains("A second signal ends it at once"));
            assertThat(run.isAlive()).isTrue();
            long begun = System.nanoTime();

            run.terminate();

            assertThat(run.status()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
        }
        go.countDown();
        slow = false;
        CommandRun next = CommandRun.of(arguments().toArray(String[]::new));
        assertThat(next.status()).as(next.err()).isZero();
        assertThat(results()).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(arrived.get()).as("again: at most all so far").isLessThanOrEqualTo(ITEMS + 20 + IN_FLIGHT);
    }

    /** First by two signals, then by the end of its terminal. */
    @Test
    void shouldGoOnWithTheFileOfAFolderHoweverItWasEnded() throws Exception {
        Path inbox = Files.createDirectory(folder.resolve("inbox"));
        Files.move(folder.resolve("items.jsonl"), inbox.resolve("items.jsonl"));
        Path results = folder.resolve("outbox/items.jsonl.results.jsonl");
        List<String> arguments = ofFolder(inbox, results);
        held = 20;
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> arrived.get() >= 20 + IN_FLIGHT - 1);
            run.terminate();
            await().atMost(Duration.ofSeconds(60)).until(() -> run.said().contains("A second signal ends it at once"));
            assertThat(run.isAlive()).isTrue();

            run.signal("HUP");

            assertThat(run.status()).as(run.said()).isEqualTo(143);
        }
        int first = arrived.get();
        held = first + 40;
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> arrived.get() >= first + 40 + IN_FLIGHT - 1);

            run.signal("HUP");
            awaitStopping(run);
            go.countDown();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
        }
        int sent = arrived.get();
        int written = onDisk(results).size();
        assertThat(written).as("what was answered").isGreaterThanOrEqualTo(40 + IN_FLIGHT - 1);
        assertThat(inbox.resolve("items.jsonl")).exists();
        slow = false;
        try (ChildRun run = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/items.jsonl")));
        }
        assertThat(Files.readAllLines(results)).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(arrived.get() - sent)
                .as("after an end in order nothing again")
                .isEqualTo(ITEMS - written);
    }

    private List<String> ofFolder(Path inbox, Path results) {
        List<String> arguments = new ArrayList<>(List.of("run", "--mode", "single", "--url", api.url()));
        arguments.addAll(List.of("--concurrency", "" + IN_FLIGHT, "--answer-result", "/result"));
        arguments.addAll(List.of("--set", "saddlebag.source.file.enabled=true"));
        arguments.addAll(List.of("--set", "saddlebag.source.file.directory=" + inbox));
        arguments.addAll(List.of("--set", "saddlebag.source.file.min-age=1ms"));
        arguments.addAll(List.of("--set", "saddlebag.deliver.directory=" + results.getParent()));
        return arguments;
    }

    @Test
    void shouldBeFinishedWhereTheStopFindsEverythingDone() throws Exception {
        held = ITEMS;
        slow = false;
        try (ChildRun run = start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> arrived.get() == ITEMS && answered.get() == ITEMS - 1);

            run.terminate();
            await().atMost(Duration.ofSeconds(60)).until(() -> run.said().contains("stopping"));
            go.countDown();

            assertThat(run.status()).as(run.said()).isZero();
        }
        assertThat(results()).hasSize(ITEMS);
        assertThat(Files.readString(folder.resolve("results.jsonl.checkpoint"), StandardCharsets.ISO_8859_1))
                .contains("\"complete\":true");
    }

    @Test
    void shouldStopWhereItsTerminalGoesAway() throws Exception {
        held = ANSWERED + 1;
        try (ChildRun run = start()) {
            awaitAnswers();

            run.signal("HUP");
            awaitStopping(run);
            go.countDown();

            assertThat(run.status()).as(run.said()).isEqualTo(143);
        }
        assertThat(onDisk(folder.resolve("results.jsonl"))).hasSize(answered.get());
        slow = false;
        CommandRun next = CommandRun.of(arguments().toArray(String[]::new));
        assertThat(next.status()).as(next.err()).isZero();
        assertThat(results()).hasSize(ITEMS).doesNotHaveDuplicates();
        assertThat(arrived.get()).as("nothing again").isEqualTo(ITEMS);
    }
}
