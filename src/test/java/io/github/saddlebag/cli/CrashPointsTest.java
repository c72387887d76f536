package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.FileWatch;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.RecordedDisk;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run is recorded, operation by operation on its files. Then its folder is put into states that a crash between two of
 * them, or in the middle of one, may leave, and the same command is given again: it must lose, invent and double nothing,
 * and send no more again than the guarantee says. So must a second crash, in the run that went on.
 *
 * <p>{@code -Dsaddlebag.crash-points=100} tries so many of each kind of run, {@code 1000000} all of them;
 * {@code -Dsaddlebag.seed} repeats it.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class CrashPointsTest {

    private static final int POINTS = Integer.getInteger("saddlebag.crash-points", 5);
    private static final int ITEMS = 240;
    private static final int IN_FLIGHT = 60;

    /** What is run. */
    private enum Kind {
        IN_ORDER,
        AS_COMPLETED,
        CSV,
        ARRAY,
        SINGLE,
        JOB,
        REPLAY,
        INBOX
    }

    private static FileWatch watch;

    @TempDir
    private Path parent;

    private final long seed = Long.getLong("saddlebag.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final JobApi jobs =
            new JobApi((job, time, request) -> time < 2 ? JobApi.pending(job) : batch(job.submission()));
    private final TestApi api = TestApi.start(this::answer);
    private Kind kind;
    private Path folder;
    private Path input;
    private Path output;
    private Path letters;
    private volatile RecordedDisk disk;
    private volatile boolean slow;
    private int recordings;
    private boolean withoutPower;

    @BeforeAll
    static void watch() throws Exception {
        watch = new FileWatch();
    }

    @AfterAll
    static void stopWatching() {
        watch.close();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** A batch, or the submission of a job; or a question for a job, which has none. */
    private record Sent(Set<Integer> ids, String job) {}

    private static boolean isRefused(int id) {
        return id % 23 == 0;
    }

    private boolean isNoJson(int line) {
        return kind != Kind.REPLAY && line % 41 == 0;
    }

    private Answer answer(Request request) throws Exception {
        boolean question = request.method().equals("GET");
        Set<Integer> ids = new HashSet<>();
        if (!question) {
            JsonNode body = request.json();
            (body.isArray() ? body : List.of(body))
                    .forEach(item -> ids.add(item.path("id").asInt()));
        }
        disk.note(new Sent(ids, question ? request.target().replaceAll(".*id=", "") : ""));
        if (slow && !question) {
            // one is late: what is behind it is kept meanwhile
            LockSupport.parkNanos(
                    ids.contains(15) ? 500_000_000 : ids.iterator().next() % 10 * 2_000_000L);
        }
        return switch (kind) {
            case JOB -> jobs.answer(request);
            case SINGLE -> single(ids.iterator().next());
            default -> batch(request);
        };
    }

    private static Answer single(int id) {
        return isRefused(id)
                ? TestApi.answer(422, "refused")
                : TestApi.json(TestApi.JSON.createObjectNode().put("result", "r" + id));
    }

    private static Answer batch(Request request) {
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            int id = item.path("id").asInt();
            ObjectNode answer = answers.addObject().put("id", id);
            if (isRefused(id)) {
                answer.put("error", "refused");
            } else {
                answer.put("result", "r" + id);
            }
        }
        return TestApi.json(answers);
    }

    private void give() throws IOException {
        folder = Files.createDirectories(parent.resolve("run"));
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= ITEMS; i++) {
            String item = "{\"id\":" + i + ",\"text\":\"text of " + i + "\"}";
            lines.add(
                    kind == Kind.REPLAY
                            ? "{\"id\":" + i + ",\"line\":" + i + ",\"reason\":\"away\",\"item\":" + item + "}"
                            : isNoJson(i) ? "no json " + i : item);
        }
        switch (kind) {
            case INBOX -> {
                input = Files.createDirectories(folder.resolve("inbox")).resolve("a.jsonl");
                output = folder.resolve("outbox/a.jsonl.results.jsonl");
                letters = folder.resolve("outbox/a.jsonl.failed.jsonl");
            }
            case REPLAY -> {
                input = folder.resolve("failed.jsonl");
                output = folder.resolve("again.jsonl");
                letters = input;
            }
            default -> {
                input = folder.resolve("items.jsonl");
                String ending = kind == Kind.CSV ? "csv" : kind == Kind.ARRAY ? "json" : "jsonl";
                output = folder.resolve("results." + ending);
                letters = folder.resolve("results." + ending + ".failed.jsonl");
            }
        }
        Files.write(input, lines);
        Files.setLastModifiedTime(input, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (kind == Kind.REPLAY) {
            arguments.addAll(List.of("replay", input.toString()));
        } else {
            arguments.addAll(List.of("process", "--input", input.toString()));
        }
        arguments.addAll(
                List.of("--output", output.toString(), "--url", api.url() + "/", "--answer-result", "/result"));
        arguments.addAll(List.of("--concurrency", "4", "--batch-size", "8", "--linger-ms", "5"));
        arguments.addAll(List.of("--set", "saddlebag.batch.max-in-flight=" + IN_FLIGHT));
        arguments.addAll(List.of("--set", "saddlebag.job.poll-interval=10ms"));
        switch (kind) {
            case AS_COMPLETED -> arguments.add("--as-completed");
            case SINGLE -> arguments.addAll(List.of("--mode", "single"));
            case JOB -> arguments.addAll(List.of("--mode", "job"));
            default -> {
                // as it is
            }
        }
        return arguments;
    }

    /** Runs it to its end, as the one process that it is. */
    private RecordedDisk life(String when) throws Exception {
        RecordedDisk recorded = new RecordedDisk(watch, folder, parent.resolve("links-" + recordings++));
        disk = recorded;
        try (recorded) {
            if (kind == Kind.INBOX) {
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.answer.result", "/result")
                        .with("saddlebag.batch.max-items", 8)
                        .with("saddlebag.batch.max-in-flight", IN_FLIGHT)
                        .with("saddlebag.source.file.enabled", true)
                        .with("saddlebag.source.file.poll", "20ms")
                        .with("saddlebag.source.file.directory", input.getParent())
                        .with("saddlebag.deliver.directory", output.getParent());
                try (Bundle running = bundle.start()) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> Files.notExists(input));
                }
            } else {
                CommandRun run = CommandRun.of(arguments().toArray(String[]::new));
                assertThat(run.status()).as("%s: %s", when, run.err()).isEqualTo(3);
            }
        }
        return recorded;
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnFromEachPoint(Kind what) throws Exception {
        kind = what;
        give();
        slow = true;
        RecordedDisk first = life("the first run");
        slow = false;
        assertIsRight("the first run");
        List<Integer> points = new ArrayList<>(first.points());
        System.out.printf("%s: %d of %d points, -Dsaddlebag.seed=%d%n", kind, POINTS, points.size(), seed);
        Collections.shuffle(points, random);
        for (int point : points.subList(0, Math.min(POINTS, points.size()))) {
            Set<Integer> sent = new HashSet<>();
            Set<String> asked = new HashSet<>();
            withoutPower = false;
            String when = crash(first, point, sent, asked);
            RecordedDisk second = goOn(when, sent, asked, point >= first.durable(".checkpoint", "\"complete\":true"));
            if (second != null && random.nextInt(3) == 0) {
                List<Integer> more = second.points();
                int next = more.get(random.nextInt(more.size()));
                String again = when + ", then " + crash(second, next, sent, asked);
                goOn(again, sent, asked, next >= second.durable(".checkpoint", "\"complete\":true"));
            }
        }
    }

    private String crash(RecordedDisk recorded, int point, Set<Integer> sent, Set<String> asked) throws IOException {
        boolean killed = random.nextBoolean();
        if (killed) {
            recorded.kill(point, random);
        } else {
            recorded.losePower(point, random);
            withoutPower = true;
        }
        for (Object note : recorded.notes(point)) {
            sent.addAll(((Sent) note).ids);
            asked.add(((Sent) note).job);
        }
        return "seed %d, %s, %s at %d, before %s"
                .formatted(seed, kind, killed ? "killed" : "without power", point, recorded.describe(point));
    }

    /** Null: there was nothing to go on with. */
    private RecordedDisk goOn(String when, Set<Integer> before, Set<String> asked, boolean complete) throws Exception {
        if (kind == Kind.REPLAY && isReplayed() || kind == Kind.INBOX && Files.notExists(input)) {
            assertIsRight(when);
            return null;
        }
        RecordedDisk next = life(when);
        assertIsRight(when);
        if (isMovedAside()) {
            // a small file of a folder is done again after a loss of power: its results are not forced before its end
            assertThat(withoutPower).as("results are moved aside; %s", when).isTrue();
            return next;
        }
        Set<Integer> again = new HashSet<>();
        for (Object note : next.notes(next.points().get(next.points().size() - 1))) {
            again.addAll(((Sent) note).ids);
        }
        if (complete) {
            assertThat(again).as("sent again of a finished run; %s", when).isEmpty();
        }
        again.retainAll(before);
        assertThat(again.size()).as("sent again; %s", when).isLessThanOrEqualTo(IN_FLIGHT);
        asked.remove("");
        for (JobApi.Job job : jobs.jobs()) {
            if (asked.contains(job.id())) {
                assertThat(again)
                        .as("%s was asked for and is submitted again; %s", job.id(), when)
                        .doesNotContainAnyElementsOf(job.submission().ids().stream()
                                .map(Integer::valueOf)
                                .toList());
            }
        }
        return next;
    }

    private boolean isMovedAside() throws IOException {
        try (Stream<Path> all = Files.list(output.getParent())) {
            return kind == Kind.INBOX
                    && all.anyMatch(path -> path.getFileName().toString().startsWith(output.getFileName() + ".2"));
        }
    }

    private boolean isReplayed() throws IOException {
        return Files.notExists(input) || Files.readAllLines(input).size() < ITEMS;
    }

    private void assertIsRight(String when) throws IOException {
        List<Integer> order = new ArrayList<>();
        Set<Integer> failed = new HashSet<>();
        for (JsonNode line : results(when)) {
            int id = line.path("id").asInt();
            order.add(id);
            if (isRefused(id) || isNoJson(id)) {
                failed.add(id);
                assertThat(line.path("error").asText()).as("%s: %s", when, line).isNotEmpty();
            } else {
                assertThat(line.path("result").asText())
                        .as("%s: %s", when, line)
                        .isEqualTo("r" + id);
            }
        }
        assertThat(order).as(when).hasSize(ITEMS).doesNotHaveDuplicates();
        if (kind != Kind.AS_COMPLETED) {
            assertThat(order).as(when).isSorted();
        }
        List<Integer> dead = new ArrayList<>();
        for (String line : Files.readAllLines(letters)) {
            dead.add(TestApi.JSON
                    .readTree(line)
                    .path(kind == Kind.REPLAY ? "id" : "line")
                    .asInt());
        }
        assertThat(dead).as("dead letters; %s", when).containsExactlyInAnyOrderElementsOf(failed);
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .as("what is left; %s", when)
                    .noneMatch(name -> name.contains(".kept") || name.endsWith(".tmp") || name.endsWith(".jobs"));
        }
    }

    private List<JsonNode> results(String when) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        switch (kind) {
            case ARRAY -> TestApi.JSON.readTree(output.toFile()).forEach(results::add);
            case CSV -> {
                List<String> rows = Files.readAllLines(output);
                assertThat(rows.get(0)).as(when).isEqualTo("id,text,result,error");
                for (String row : rows.subList(1, rows.size())) {
                    String[] cells = row.split(",", 4);
                    ObjectNode line = TestApi.JSON.createObjectNode().put("id", cells[0]);
                    results.add(line.put("result", cells[2]).put("error", cells[3]));
                }
            }
            default -> {
                for (String line : Files.readAllLines(output)) {
                    results.add(TestApi.JSON.readTree(line));
                }
            }
        }
        return results;
    }
}
