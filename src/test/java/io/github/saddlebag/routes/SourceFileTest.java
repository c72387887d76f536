package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.Saddlebag;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files dropped into the inbox are moved away when, and only when, all their items have their fate. */
@Timeout(120)
class SourceFileTest {

    @TempDir
    private Path folder;

    private Path inbox;
    private Path outbox;
    private final TestApi api = TestApi.start(TestApi::echo);
    private Bundle bundle;

    @BeforeEach
    void makeFolders() throws Exception {
        inbox = Files.createDirectories(folder.resolve("inbox"));
        outbox = folder.resolve("outbox");
        bundle = bundle();
    }

    private Bundle bundle() {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.directory", inbox)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.deliver.directory", outbox);
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    /** Drops a file that is old enough to be taken at once. */
    private void drop(String name, List<String> lines) throws IOException {
        Path file = Files.write(folder.resolve(name), lines);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(file, inbox.resolve(name));
    }

    private List<String> inTheInbox() throws IOException {
        try (Stream<Path> files = Files.list(inbox)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".camelLock") && !name.equals(".saddlebag.lock"))
                    .toList();
        }
    }

    private boolean done(String name) {
        return Files.exists(inbox.resolve(".done").resolve(name)) && !Files.exists(inbox.resolve(name));
    }

    @Test
    void shouldMoveAFileAwayOnceAllItsItemsHaveTheirFate() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        drop("a.jsonl", items(250));
        bundle.start();

        await().until(() -> !api.requests().isEmpty());
        await().during(Duration.ofMillis(300)).until(() -> inTheInbox().equals(List.of("a.jsonl")));
        go.countDown();

        await().until(() -> done("a.jsonl"));
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(250);
        assertThat(outbox.resolve("a.jsonl.failed.jsonl")).doesNotExist();
    }

    @Test
    void shouldMoveAFileAwayWhoseItemsFailedWithADeadLetterForEach() throws Exception {
        api.behave(request -> TestApi.answer(403, ""));
        bundle.with("saddlebag.batch.max-items", 1).start();

        drop("a.jsonl", items(3));

        await().until(() -> done("a.jsonl"));
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(3);
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.failed.jsonl"))).hasSize(3);
    }

    @Test
    void shouldTakeOneFileAfterTheOther() throws Exception {
        drop("a.jsonl", items(20));
        drop("b.jsonl", List.of(item("b1")));
        bundle.with("saddlebag.batch.max-items", 1)
                .with("saddlebag.source.file.open", 1)
                .start();

        await().until(() -> done("a.jsonl") && done("b.jsonl"));

        assertThat(api.requests()).hasSize(21);
        assertThat(api.requests().stream()
                        .flatMap(r -> r.ids().stream())
                        .toList()
                        .indexOf("b1"))
                .isIn(0, 20);
    }

    @Test
    @Timeout(8)
    void shouldNotWaitForAnEmptyFileToGrow() throws Exception {
        drop("a.jsonl", List.of());
        drop("b.jsonl", items(1));
        drop("c.jsonl", items(1));
        bundle.start();

        await().until(() -> done("a.jsonl") && done("b.jsonl") && done("c.jsonl"));
    }

    @Test
    void shouldTakeOnlyTheFilesThatAreAskedFor() throws Exception {
        drop("a.txt", items(1));
        drop("b.jsonl", items(1));
        bundle.with("saddlebag.source.file.include", ".*[.]jsonl").start();

        await().until(() -> done("b.jsonl"));

        assertThat(inTheInbox()).containsExactly("a.txt");
    }

    @Test
    void shouldLeaveAFileWhoseRunWasStoppedToTheNextStart() throws Exception {
        api.behave(request -> TestApi.echo(request).after(20));
        drop("a.jsonl", items(400));
        bundle.with("saddlebag.batch.max-items", 2)
                .with("saddlebag.batch.max-in-flight", 40)
                .start();
        await().until(() -> api.requests().size() > 10);

        bundle.close();

        int sent = api.requests().size();
        assertThat(sent).isLessThan(200);
        assertThat(inTheInbox()).containsExactly("a.jsonl");
        assertThat(outbox.resolve("a.jsonl.failed.jsonl")).doesNotExist();
        try (Bundle next = bundle().start()) {
            await().until(() -> done("a.jsonl"));
        }
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(400);
        assertThat(outbox.resolve("a.jsonl.failed.jsonl")).doesNotExist();
    }

    @Test
    void shouldTakeAFileAgainWhoseResultsCouldNotBeWritten() throws Exception {
        Files.writeString(outbox, "a file in the place of the folder");
        drop("a.jsonl", items(3));
        bundle.start();

        await().pollDelay(Duration.ofMillis(1500)).until(() -> inTheInbox().equals(List.of("a.jsonl")));
        Files.delete(outbox);

        await().until(() -> done("a.jsonl"));
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(3);
    }

    @Test
    void shouldGoOnWithAFileWhoseRunWasStopped() throws Exception {
        api.behave(request -> TestApi.echo(request).after(20));
        drop("a.jsonl", items(400));
        bundle.with("saddlebag.batch.max-items", 2)
                .with("saddlebag.batch.max-in-flight", 40)
                .start();
        await().until(() -> api.requests().size() > 50);

        bundle.close();

        assertThat(outbox.resolve("a.jsonl.results.jsonl.checkpoint")).exists();
        try (Bundle next = bundle().with("saddlebag.batch.max-in-flight", 40).start()) {
            await().until(() -> done("a.jsonl"));
            await().until(() -> Files.notExists(outbox.resolve("a.jsonl.results.jsonl.checkpoint")));
        }
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 400)
                        .mapToObj(i -> "{\"id\":\"i" + i + "\",\"result\":" + Items.echoOf("i" + i) + "}")
                        .toList());
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum())
                .as("items sent, the second time at most those of the window")
                .isLessThanOrEqualTo(440);
    }

    @Test
    void shouldGoOnWithAFileWhoseAddressWasChangedWhileItWasRead() throws Exception {
        api.behave(request -> TestApi.echo(request).after(20));
        drop("a.jsonl", items(400));
        try (TestApi other = TestApi.start(request -> TestApi.echo(request).after(20))) {
            bundle.with("saddlebag.batch.max-items", 2)
                    .with("saddlebag.batch.max-in-flight", 40)
                    .start();
            await().until(() -> api.requests().size() > 20);
            Properties changed = new Properties();
            changed.setProperty("saddlebag.call.url", other.url());
            bundle.context().getPropertiesComponent().setOverrideProperties(changed);
            Saddlebag.reload(bundle.context(), "saddlebag");
            await().until(() -> other.requests().size() > 20);

            bundle.close();

            try (Bundle next = bundle().with("saddlebag.call.url", other.url()).start()) {
                await().until(() -> done("a.jsonl"));
            }
            assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                    .hasSize(400);
            assertThat(Stream.of(api, other)
                            .flatMap(each -> each.requests().stream())
                            .mapToInt(request -> request.ids().size())
                            .sum())
                    .as("items sent, the second time at most those of the window")
                    .isLessThanOrEqualTo(440);
        }
    }

    @Test
    void shouldMoveAFileAsideOfWhichNothingCanBeRead() throws Exception {
        drop("a.csv", List.of("id,id", "1,2"));
        drop("b.csv", List.of("id,text", "b1,x"));
        bundle.start();

        await().until(() -> done("b.csv"));
        await().until(() -> Files.exists(inbox.resolve(".error").resolve("a.csv")));

        assertThat(inTheInbox()).isEmpty();
        assertThat(inbox.resolve(".done").resolve("a.csv")).doesNotExist();
        assertThat(Files.readString(outbox.resolve("b.csv.results.jsonl"))).contains("\"b1\"", "r:x");
        assertThat(outbox.resolve("a.csv.results.jsonl")).doesNotExist();
    }

    @Test
    void shouldNotBeThereUnlessItIsEnabled() throws Exception {
        bundle.with("saddlebag.source.file.enabled", false).start();

        assertThat(bundle.context().getRoute("saddlebag-source-file")).isNull();
        assertThat(bundle.context().getRoute("saddlebag-read")).isNotNull();
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .toList();
        }
    }

    @Test
    void shouldMoveAsideWhatIsThereOfAFileOfTheSameName() throws Exception {
        bundle.start();
        drop("a.jsonl", items(3));
        await().until(() -> done("a.jsonl"));

        drop("a.jsonl", items(2));

        await().until(() ->
                namesIn(inbox.resolve(".done")).size() == 2 && inTheInbox().isEmpty());
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(2);
        String old = namesIn(outbox).stream()
                .filter(name -> name.startsWith("a.jsonl.results.jsonl.2"))
                .findFirst()
                .orElseThrow();
        assertThat(Files.readAllLines(outbox.resolve(old))).hasSize(3);
        String time = old.substring("a.jsonl.results.jsonl".length());
        assertThat(Files.readAllLines(inbox.resolve(".done/a.jsonl" + time))).hasSize(3);
    }

    /** The whole file was sent again at each look. */
    @Test
    void shouldSendNothingAgainWhereAFileCannotBeMoved() throws Exception {
        Path inTheWay = Files.writeString(inbox.resolve(".done"), "a file in the place of the folder");
        drop("a.jsonl", items(3));
        bundle.start();
        await().until(() -> Files.exists(outbox.resolve("a.jsonl.results.jsonl"))
                && Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")).size() == 3);
        drop("b.jsonl", List.of(item("b1")));
        await().until(() -> Files.exists(outbox.resolve("b.jsonl.results.jsonl")));
        assertThat(inTheInbox()).contains("a.jsonl");

        Files.delete(inTheWay);

        await().until(() -> done("a.jsonl") && done("b.jsonl"));
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum()).isEqualTo(4);
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl"))).hasSize(3);
    }
}
