package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run in a JVM of its own is killed at random instants and started again, until it is done. Then every item that was
 * given out must have exactly one line, and no more may have been sent again than the guarantee says.
 *
 * <p>{@code -Dsaddlebag.kills=50} makes it long, {@code -Dsaddlebag.seed} repeats it.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class CrashTest {

    private static final int DEFAULT_KILLS = 6;
    private static final int KILLS = Integer.getInteger("saddlebag.kills", DEFAULT_KILLS);
    private static final int ITEMS_PER_LIFE = 4000;
    private static final int MOST_SENT_AGAIN = 5000;

    /** When a life ends. */
    private enum Death {
        /** At some moment, maybe before the first request. */
        AT_ANY_TIME,
        /** While requests wait for their answers. */
        DURING_CALLS,
        /** With the answer on its way back. */
        AFTER_AN_ANSWER,
        /** While results are written. */
        DURING_A_WRITE,
        /** While a checkpoint is written. */
        DURING_A_CHECKPOINT,
        /** By SIGTERM, which lets it finish what is under way. */
        BY_A_SIGNAL
    }

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("saddlebag.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TestApi api = TestApi.start(this::answer);
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private Path input;
    private Path output;
    private Path letters;
    private Path checkpoint;

    @AfterEach
    void stop() {
        api.close();
    }

    private static boolean isRefused(int id) {
        return id % 97 == 0;
    }

    private static boolean isNoJson(int line) {
        return line % 211 == 0;
    }

    /** Answers all but some, in another order; now and then it stumbles. */
    private Answer answer(Request request) {
        arrived.incrementAndGet();
        if (request.number() % 50 == 7) {
            return TestApi.answer(500, "stumbled");
        }
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            ObjectNode answer = answers.insertObject(0);
            answer.set("id", item.path("id"));
            if (isRefused(item.path("id").asInt())) {
                answer.put("error", "refused");
            } else {
                answer.put("result", "r" + item.path("id").asInt());
            }
        }
        // now and then one is slow: what comes behind it is kept meanwhile
        long millis = request.number() % 45 == 11 ? 400 : (request.number() * 7919L) % 12;
        LockSupport.parkNanos(millis * 1_000_000);
        answered.incrementAndGet();
        return TestApi.json(answers);
    }

    private void give(int count) throws IOException {
        input = folder.resolve("items.jsonl");
        output = folder.resolve("results.jsonl");
        letters = folder.resolve("results.jsonl.failed.jsonl");
        checkpoint = folder.resolve("results.jsonl.checkpoint");
        List<String> lines = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            lines.add(isNoJson(i) ? "no json " + i : "{\"id\":" + i + ",\"text\":\"text of " + i + "\"}");
        }
        Files.write(input, lines);
    }

    private List<String> arguments(int life, String... more) {
        List<String> arguments = new ArrayList<>(List.of("process", "--input", input.toString()));
        arguments.addAll(List.of("--output", output.toString(), "--url", api.url(), "--answer-result", "/result"));
        arguments.addAll(List.of("--concurrency", "4", "--batch-size", "100", "--linger-ms", "5"));
        arguments.addAll(List.of("--set", "saddlebag.call.back-off=5ms", "--header", "X-Life: " + life));
        arguments.addAll(List.of(more));
        return arguments;
    }

    @Test
    void shouldLoseAndRepeatNothingWhereverItIsKilled() throws Exception {
        killUntilDone(KILLS);

        assertEachItemHasItsLine(Files.readAllLines(input).size(), true);
        assertAFreshRunPasses();
    }

    @Test
    void shouldLoseAndRepeatNothingWhereResultsAreWrittenAsTheyCome() throws Exception {
        killUntilDone(KILLS == DEFAULT_KILLS ? 3 : KILLS, "--as-completed");

        assertEachItemHasItsLine(Files.readAllLines(input).size(), false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json"})
    void shouldLoseAndRepeatNothingInOtherFormats(String form) throws Exception {
        killUntilDone(KILLS == DEFAULT_KILLS ? 1 : KILLS, "--output-format", form);

        assertEachItemHasItsLine(Files.readAllLines(input).size(), true);
    }

    /** What stands in the output, as the lines of JSON that it would be. */
    private List<String> results() throws IOException {
        String text = Files.readString(output);
        List<String> lines = new ArrayList<>();
        if (text.startsWith("[")) {
            TestApi.JSON.readTree(text).forEach(row -> lines.add(row.toString()));
        } else if (text.startsWith("{")) {
            lines.addAll(text.lines().toList());
        } else {
            List<String> rows = text.lines().toList();
            assertThat(rows.get(0)).isEqualTo("id,text,result,error");
            for (String row : rows.subList(1, rows.size())) {
                String[] cells = row.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
                assertThat(cells).as(row).hasSize(4);
                ObjectNode json = TestApi.JSON.createObjectNode().put("id", cells[0]);
                lines.add(json.put("result", cells[2]).put("error", cells[3]).toString());
            }
        }
        return lines;
    }

    private void killUntilDone(int kills, String... more) throws Exception {
        System.out.println("CrashTest: " + kills + " kills, -Dsaddlebag.seed=" + seed);
        give(kills * ITEMS_PER_LIFE + 10_000);
        int life = 1;
        int status = -1;
        for (int killed = 0; status != 3; life++) {
            assertThat(life).as("lives; seed %d", seed).isLessThan(3 * kills + 20);
            try (ChildRun child = ChildRun.start(folder, arguments(life, more))) {
                if (killed < kills) {
                    end(child, Death.values()[(killed + (int) Math.floorMod(seed, 6L)) % Death.values().length]);
                    killed++;
                }
                status = child.status();
                assertThat(status)
                        .as("seed %d, life %d: %s", seed, life, child.said())
                        .isIn(3, 137, 143);
            }
        }
        assertNotMuchWasSentAgain();
        int sent = arrived.get();
        try (ChildRun child = ChildRun.start(folder, arguments(life, more))) {
            assertThat(child.status()).as(child.said()).isEqualTo(3);
        }
        assertThat(arrived)
                .as("requests of a run that is finished; seed %d", seed)
                .hasValue(sent);
    }

    /** Ends a life; one that is over before is fine. */
    private void end(ChildRun child, Death death) throws IOException {
        int calls = arrived.get() + 1 + random.nextInt(30);
        int answers = answered.get() + 1 + random.nextInt(30);
        long bytes = size(output) + random.nextInt(20_000);
        switch (death) {
            case AT_ANY_TIME -> LockSupport.parkNanos(random.nextInt(3_000) * 1_000_000L);
            case DURING_CALLS, BY_A_SIGNAL -> spin(child, () -> arrived.get() >= calls);
            case AFTER_AN_ANSWER -> spin(child, () -> answered.get() >= answers);
            case DURING_A_WRITE -> spin(child, () -> arrived.get() >= calls - 29 && size(output) > bytes);
            case DURING_A_CHECKPOINT -> {
                spin(child, () -> arrived.get() >= calls);
                FileTime last = changed(checkpoint);
                spin(child, () -> !changed(checkpoint).equals(last));
            }
        }
        if (death == Death.BY_A_SIGNAL) {
            child.terminate();
        } else {
            child.kill();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void spin(ChildRun child, Condition condition) throws IOException {
        while (child.isAlive() && !condition.holds()) {
            LockSupport.parkNanos(20_000);
        }
    }

    private static FileTime changed(Path file) throws IOException {
        return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private void assertNotMuchWasSentAgain() {
        Map<Integer, Set<Integer>> lives = new LinkedHashMap<>();
        for (Request request : api.requests()) {
            int life = Integer.parseInt(request.headers().get("x-life"));
            Set<Integer> ids = lives.computeIfAbsent(life, l -> new HashSet<>());
            request.json().forEach(item -> ids.add(item.path("id").asInt()));
        }
        Set<Integer> before = new HashSet<>();
        lives.keySet().stream().sorted().forEach(life -> {
            Set<Integer> again = new HashSet<>(lives.get(life));
            again.retainAll(before);
            assertThat(again.size())
                    .as("sent again in life %d; seed %d", life, seed)
                    .isLessThanOrEqualTo(MOST_SENT_AGAIN);
            before.addAll(lives.get(life));
        });
    }

    private void assertEachItemHasItsLine(int count, boolean inOrder) throws IOException {
        List<Integer> order = new ArrayList<>();
        Set<Integer> failed = new HashSet<>();
        for (String line : results()) {
            JsonNode json = TestApi.JSON.readTree(line);
            int id = json.path("id").asInt();
            order.add(id);
            if (isNoJson(id) || isRefused(id)) {
                assertThat(json.path("error").asText())
                        .as("seed %d, %s", seed, line)
                        .isNotEmpty();
                failed.add(id);
            } else {
                assertThat(json.path("result").asText()).as("seed %d", seed).isEqualTo("r" + id);
            }
        }
        assertThat(order).as("seed %d", seed).hasSize(count).doesNotHaveDuplicates();
        if (inOrder) {
            assertThat(order).as("seed %d", seed).isSorted();
        }
        assertThat(order).allSatisfy(id -> assertThat(id).isBetween(1, count));
        List<Integer> dead = new ArrayList<>();
        for (String line : Files.readAllLines(letters)) {
            dead.add(TestApi.JSON.readTree(line).path("line").asInt());
        }
        assertThat(dead).as("dead letters; seed %d", seed).containsExactlyInAnyOrderElementsOf(failed);
    }

    private void assertAFreshRunPasses() throws Exception {
        input = Files.writeString(folder.resolve("fresh.jsonl"), "{\"id\":1,\"text\":\"fresh\"}\n");

        try (ChildRun child = ChildRun.start(folder, arguments(0, "--overwrite"))) {
            assertThat(child.status()).as(child.said()).isZero();
        }
        assertThat(Files.readString(output)).isEqualTo("{\"id\":1,\"result\":\"r1\"}\n");
    }

    /** Between the mark that all is done and the end of the process. */
    @Test
    void shouldSendNothingAgainWhereItIsKilledAtItsEnd() throws Exception {
        give(300);
        try (ChildRun child = ChildRun.start(folder, arguments(1))) {
            spin(
                    child,
                    () -> Files.exists(checkpoint)
                            && Files.readString(checkpoint, StandardCharsets.ISO_8859_1)
                                    .contains("\"complete\":true"));
            child.kill();
            assertThat(child.status()).as(child.said()).isIn(3, 137);
        }
        int sent = arrived.get();

        try (ChildRun child = ChildRun.start(folder, arguments(2))) {
            assertThat(child.status()).as(child.said()).isEqualTo(3);
            assertThat(child.printed()).contains("\"resumed\":true");
        }
        assertThat(arrived).hasValue(sent);
        assertEachItemHasItsLine(300, true);
    }

    /** Between the mark that all is done and the move of the input. */
    @Test
    void shouldSendNothingAgainWhereItIsKilledBeforeTheMove() throws Exception {
        give(300);
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.move(input, inbox.resolve("a.jsonl"));
        Path inTheWay = Files.writeString(inbox.resolve(".done"), "a file in the place of the folder");
        output = folder.resolve("outbox/a.jsonl.results.jsonl");
        letters = folder.resolve("outbox/a.jsonl.failed.jsonl");
        List<String> arguments = List.of(
                "run",
                "--url=" + api.url(),
                "--answer-result=/result",
                "--set=saddlebag.source.file.enabled=true",
                "--set=saddlebag.source.file.min-age=0s",
                "--set=saddlebag.source.file.directory=" + inbox,
                "--set=saddlebag.deliver.directory=" + folder.resolve("outbox"));
        try (ChildRun child = ChildRun.start(folder, arguments)) {
            spin(child, () -> child.said().contains("only its move is tried again"));
            child.kill();
            child.status();
        }
        Files.delete(inTheWay);
        int sent = arrived.get();

        try (ChildRun child = ChildRun.start(folder, arguments)) {
            spin(child, () -> Files.exists(inbox.resolve(".done/a.jsonl")));
            child.terminate();
            child.status();
        }
        assertThat(arrived).hasValue(sent);
        assertEachItemHasItsLine(300, true);
    }

    @Test
    void shouldGoOnWhereTheDiskWasFull() throws Exception {
        give(30_000);
        try (ChildRun child =
                ChildRun.start(folder, "ulimit -f 1024; ", arguments(1, "--set", "saddlebag.deliver.retry-for=0s"))) {
            assertThat(child.status()).as(child.said()).isEqualTo(1);
            assertThat(child.said()).contains("File too large", "The same command resumes from here.");
            assertThat(child.said()).doesNotContain("\tat ");
        }
        assertThat(checkpoint).exists();

        try (ChildRun child = ChildRun.start(folder, arguments(2))) {
            assertThat(child.status()).as(child.said()).isEqualTo(3);
            assertThat(TestApi.JSON.readTree(child.printed()).path("items").asInt())
                    .isEqualTo(30_000);
        }
        assertEachItemHasItsLine(30_000, true);
        assertNotMuchWasSentAgain();
    }
}
