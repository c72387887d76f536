package io.github.saddlebag.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
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

/** One result file, and one of dead letters, for all inputs of an inbox: each appends its part. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class SharedFilesTest {

    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(request -> {
        if (request.ids().contains("wait")) {
            go.await();
        }
        return request.ids().stream().anyMatch(id -> id.startsWith("bad"))
                ? TestApi.answer(403, "no")
                : TestApi.echo(request);
    });

    @AfterEach
    void stop() {
        go.countDown();
        api.close();
    }

    private Path inbox() throws IOException {
        return Files.createDirectories(folder.resolve("inbox"));
    }

    private void drop(String name, List<String> ids) throws IOException {
        Path file = Files.write(
                folder.resolve("dropped"), ids.stream().map(Items::item).toList());
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox().resolve(name), REPLACE_EXISTING);
    }

    private static List<String> ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private List<String> settings() throws IOException {
        return List.of(
                "saddlebag.call.url=" + api.url(),
                "saddlebag.batch.max-items=1",
                "saddlebag.source.file.enabled=true",
                "saddlebag.source.file.poll=50ms",
                "saddlebag.source.file.directory=" + inbox(),
                "saddlebag.deliver.directory=" + folder.resolve("outbox"));
    }

    private List<String> shared() throws IOException {
        List<String> all = new ArrayList<>(settings());
        all.add("saddlebag.deliver.file=" + folder.resolve("all.jsonl"));
        all.add("saddlebag.dead-letter.file=" + folder.resolve("letters.jsonl"));
        return all;
    }

    private static Bundle bundle(List<String> settings) {
        Bundle bundle = Bundle.all();
        for (String setting : settings) {
            int at = setting.indexOf('=');
            bundle.with(setting.substring(0, at), setting.substring(at + 1));
        }
        return bundle;
    }

    private List<String> done() throws IOException {
        Path at = inbox().resolve(".done");
        if (!Files.isDirectory(at)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(at)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> idsIn(Path file) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            ids.add(TestApi.JSON.readTree(line).path("id").asText());
        }
        return ids;
    }

    @Test
    void shouldAppendThePartOfEachInput() throws Exception {
        try (Bundle bundle = bundle(shared()).start()) {
            drop("a.jsonl", List.of("a0", "bad1"));
            await().atMost(LONG).until(() -> done().size() == 1);
            drop("b.jsonl", List.of("b0"));
            await().atMost(LONG).until(() -> done().size() == 2);
            drop("a.jsonl", List.of("bad2", "a1"));
            await().atMost(LONG).until(() -> done().size() == 3);
        }
        assertThat(idsIn(folder.resolve("all.jsonl"))).containsExactly("a0", "bad1", "b0", "bad2", "a1");
        assertThat(idsIn(folder.resolve("letters.jsonl"))).containsExactly("bad1", "bad2");
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all.map(Path::toString)).noneMatch(name -> name.contains("checkpoint") || name.contains(".2"));
        }
    }

    @Test
    void shouldCutOnlyTheOwnPartOfAnInputThatWasKilled() throws Exception {
        Path all = folder.resolve("all.jsonl");
        Path letters = folder.resolve("letters.jsonl");
        List<String> a = new ArrayList<>(ids("a", 20));
        // early: a 403 is the item's own as soon as others are answered behind it
        a.add(1, "bad1");
        a.add(12, "wait");
        List<String> arguments = new ArrayList<>(List.of("run"));
        shared().forEach(setting -> arguments.add("--set=" + setting));
        try (ChildRun child = ChildRun.start(folder, arguments)) {
            drop("b.jsonl", List.of("b0", "bad2"));
            await().atMost(LONG).until(() -> done().size() == 1);
            drop("a.jsonl", a);
            await().atMost(LONG).until(() -> Files.readAllLines(all).size() == 2 + 12);
            await().during(Duration.ofMillis(500)).until(child::isAlive);
            child.kill();
            child.status();
        }
        Files.writeString(all, "{\"id\":\"torn", StandardOpenOption.APPEND);
        Files.writeString(letters, "{\"id\":\"torn", StandardOpenOption.APPEND);
        Files.move(inbox().resolve("a.jsonl"), folder.resolve("a.jsonl"));
        int sent = api.requests().size();

        try (Bundle bundle = bundle(shared()).start()) {
            drop("c.jsonl", List.of("c0"));
            await().atMost(LONG).until(() -> done().size() == 2);
            go.countDown();
            Files.move(folder.resolve("a.jsonl"), inbox().resolve("a.jsonl"));
            await().atMost(LONG).until(() -> done().size() == 3);
        }
        List<String> expected = new ArrayList<>(List.of("b0", "bad2"));
        expected.addAll(a.subList(0, 12));
        expected.add("c0");
        expected.addAll(a.subList(12, a.size()));
        assertThat(idsIn(all)).isEqualTo(expected);
        assertThat(idsIn(letters)).containsExactly("bad2", "bad1");
        assertThat(api.requests().size() - sent)
                .as("what was written or kept is not sent again")
                .isEqualTo(1 + 1);
    }

    /** What another input of this name had answered behind an item without an answer. */
    @Test
    void shouldWriteWhatWasKeptBeforeResultsAreMovedAside() throws Exception {
        List<String> first = new ArrayList<>(ids("a", 10));
        first.add(3, "wait");
        try (Bundle bundle = bundle(settings()).start()) {
            bundle.context().getShutdownStrategy().setTimeout(1);
            drop("a.jsonl", first);
            await().atMost(LONG).until(() -> Files.exists(folder.resolve("outbox/a.jsonl.results.jsonl.kept.1")));
            await().atMost(LONG).until(() -> api.requests().size() == 11);
        }
        drop("a.jsonl", List.of("n0"));
        try (Bundle bundle = bundle(settings()).start()) {
            await().atMost(LONG).until(() -> done().size() == 1);
        }
        try (Stream<Path> all = Files.list(folder.resolve("outbox"))) {
            List<Path> aside = all.filter(path -> path.toString().contains("results.jsonl.2"))
                    .toList();
            assertThat(aside).hasSize(1);
            assertThat(idsIn(aside.get(0))).isEqualTo(ids("a", 10));
        }
        assertThat(idsIn(folder.resolve("outbox/a.jsonl.results.jsonl"))).containsExactly("n0");
    }
}
