package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run over an inbox of many files is killed at random instants, or stopped, and started again, until all files are done.
 * Then each item has exactly one line in the results of its own file, in order, and no more than the bound was sent again.
 *
 * <p>{@code -Dsaddlebag.kills=40} makes it long, {@code -Dsaddlebag.seed} repeats it.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class ManyFilesCrashTest {

    private static final int KILLS = Integer.getInteger("saddlebag.kills", 3);
    private static final int FILES = KILLS > 3 ? 500 : 150;
    private static final int MOST_SENT_AGAIN = 2000;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("saddlebag.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final TestApi api = TestApi.start(this::answer);
    private final AtomicInteger arrived = new AtomicInteger();
    private final Map<String, Integer> sizes = new LinkedHashMap<>();
    private Path inbox;
    private Path outbox;

    @AfterEach
    void stop() {
        api.close();
    }

    private static boolean isRefused(String id) {
        return id.endsWith("7");
    }

    private Answer answer(Request request) {
        arrived.incrementAndGet();
        if (request.number() % 40 == 7) {
            return TestApi.answer(500, "stumbled");
        }
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            String id = item.path("id").asText();
            ObjectNode answer = answers.insertObject(0).put("id", id);
            if (isRefused(id)) {
                answer.put("error", "refused");
            } else {
                answer.put("result", "r" + id);
            }
        }
        long millis = request.number() % 25 == 11 ? 400 : 5 + (request.number() * 7919L) % 40;
        LockSupport.parkNanos(millis * 1_000_000);
        return TestApi.json(answers);
    }

    private int size() {
        int kind = random.nextInt(100);
        return kind < 5 ? 0 : kind < 80 ? 1 + random.nextInt(10) : kind < 98 ? 50 + random.nextInt(200) : 3000;
    }

    private void give() throws IOException {
        inbox = Files.createDirectories(folder.resolve("inbox"));
        outbox = folder.resolve("outbox");
        for (int i = 0; i < FILES; i++) {
            String name = String.format("f%03d.jsonl", i);
            int size = size();
            List<String> lines = new ArrayList<>();
            for (int line = 0; line < size; line++) {
                lines.add("{\"id\":\"" + i + "-" + line + "\"}");
            }
            Path file = Files.write(inbox.resolve(name), lines);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            sizes.put(name, size);
        }
    }

    private List<String> arguments(int life) {
        return List.of(
                "run",
                "--url=" + api.url(),
                "--answer-result=/result",
                "--header=X-Life: " + life,
                "--concurrency=4",
                "--set=saddlebag.call.back-off=20ms",
                "--set=saddlebag.batch.max-in-flight=" + MOST_SENT_AGAIN,
                "--set=saddlebag.source.file.enabled=true",
                "--set=saddlebag.source.file.poll=100ms",
                "--set=saddlebag.source.file.directory=" + inbox,
                "--set=saddlebag.deliver.directory=" + outbox);
    }

    private long done() throws IOException {
        Path done = inbox.resolve(".done");
        if (Files.notExists(done)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(done)) {
            return all.count();
        }
    }

    @Test
    void shouldLoseAndRepeatNothingOverManyFilesWhereverItIsKilled() throws Exception {
        System.out.println("ManyFilesCrashTest: " + KILLS + " kills, -Dsaddlebag.seed=" + seed);
        give();
        for (int life = 1; done() < FILES; life++) {
            assertThat(life).as("lives; seed %d", seed).isLessThan(KILLS + 20);
            try (ChildRun child = ChildRun.start(folder, arguments(life))) {
                if (life <= KILLS) {
                    end(child, life);
                } else {
                    until(child, () -> done() == FILES, 120_000);
                    child.terminate();
                }
                assertThat(child.status())
                        .as("seed %d, life %d: %s", seed, life, child.said())
                        .isIn(137, 143);
            }
        }
        assertEachItemHasItsLine();
        assertNotMuchWasSentAgain();
    }

    /** By SIGKILL, or now and then by SIGTERM: at some moment, with requests under way, or while files end. */
    private void end(ChildRun child, int life) throws IOException {
        int calls = arrived.get() + 1 + random.nextInt(20);
        long ended = done() + random.nextInt(Math.max(1, 2 * FILES / KILLS));
        switch (life % 3) {
            case 0 -> until(child, () -> false, 500 + random.nextInt(4000));
            case 1 -> until(child, () -> arrived.get() >= calls, 20_000);
            default -> until(child, () -> done() > ended, 20_000);
        }
        if (life % 7 == 4) {
            child.terminate();
        } else {
            child.kill();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(ChildRun child, Condition condition, long millis) throws IOException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (child.isAlive() && System.nanoTime() < end && !condition.holds()) {
            LockSupport.parkNanos(500_000);
        }
    }

    private void assertEachItemHasItsLine() throws IOException {
        Set<String> expected = new HashSet<>();
        for (Map.Entry<String, Integer> file : sizes.entrySet()) {
            String number = Integer.toString(Integer.parseInt(file.getKey().substring(1, 4)));
            List<String> lines = new ArrayList<>();
            List<String> failed = new ArrayList<>();
            for (int line = 0; line < file.getValue(); line++) {
                String id = number + "-" + line;
                lines.add(
                        isRefused(id)
                                ? "{\"id\":\"" + id + "\",\"error\""
                                : "{\"id\":\"" + id + "\",\"result\":\"r" + id + "\"}");
                if (isRefused(id)) {
                    failed.add(id);
                }
            }
            List<String> results = Files.readAllLines(outbox.resolve(file.getKey() + ".results.jsonl"));
            assertThat(results.stream()
                            .map(line -> line.contains("\"error\"")
                                    ? line.substring(0, line.indexOf("\"error\"") + "\"error\"".length())
                                    : line))
                    .as("%s; seed %d", file.getKey(), seed)
                    .containsExactlyElementsOf(lines);
            Path letters = outbox.resolve(file.getKey() + ".failed.jsonl");
            List<String> dead = new ArrayList<>();
            if (Files.exists(letters)) {
                for (String letter : Files.readAllLines(letters)) {
                    dead.add(TestApi.JSON.readTree(letter).path("id").asText());
                }
            }
            assertThat(dead).as("%s; seed %d", letters, seed).containsExactlyInAnyOrderElementsOf(failed);
            expected.add(file.getKey() + ".results.jsonl");
            expected.add(file.getKey() + ".failed.jsonl");
        }
        try (Stream<Path> all = Files.list(outbox)) {
            assertThat(all.map(path -> path.getFileName().toString())
                            .filter(name -> !name.endsWith(".lock") && !name.endsWith(".checkpoint")))
                    .as("nothing was moved aside; seed %d", seed)
                    .isSubsetOf(expected);
        }
    }

    private void assertNotMuchWasSentAgain() {
        Map<Integer, Set<String>> lives = new LinkedHashMap<>();
        for (Request request : api.requests()) {
            Set<String> ids =
                    lives.computeIfAbsent(Integer.parseInt(request.headers().get("x-life")), life -> new HashSet<>());
            ids.addAll(request.ids());
        }
        Set<String> before = new HashSet<>();
        long sentAgain = 0;
        long crashes = 0;
        for (int life : lives.keySet().stream().sorted().toList()) {
            Set<String> again = new HashSet<>(lives.get(life));
            again.retainAll(before);
            sentAgain += again.size();
            // what one crash has left may be sent again only some lives later, which may end early too
            assertThat(sentAgain)
                    .as("sent again up to life %d; seed %d", life, seed)
                    .isLessThanOrEqualTo(crashes * MOST_SENT_AGAIN);
            crashes++;
            before.addAll(lives.get(life));
        }
        System.out.println("ManyFilesCrashTest: " + sentAgain + " of " + before.size() + " items were sent again");
    }
}
