package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Inboxes as people have them. */
@Timeout(120)
class FoldersTest extends InboxFlow {

    private void drop(String name) throws IOException {
        Path file = inbox.resolve(name);
        Files.createDirectories(file.getParent());
        Path made = Files.writeString(folder.resolve("new"), "{\"id\":\"" + name + "\",\"text\":\"t\"}\n");
        Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(made, file);
    }

    private boolean isDone(String name) {
        return Files.exists(inbox.resolve(".done").resolve(name)) && Files.notExists(inbox.resolve(name));
    }

    private String result(String name) throws IOException {
        return Files.readString(outbox.resolve(name + ".results.jsonl"));
    }

    @Test
    void shouldKeepThePathsOfFilesInFoldersBelow() throws Exception {
        drop("a.jsonl");
        drop("eu/a.jsonl");
        drop("eu/späte Aufträge/a b.jsonl");
        drop("eu/.hidden/a.jsonl");
        Path bad = Files.createDirectories(inbox.resolve("us")).resolve("a.csv");
        Files.writeString(bad, "id,id\n1,2\n");
        Files.setLastModifiedTime(bad, FileTime.from(Instant.now().minusSeconds(60)));
        Files.createSymbolicLink(inbox.resolve("eu/loop"), inbox);
        bundle.with("saddlebag.source.file.recursive", true).start();

        await().until(() -> isDone("a.jsonl") && isDone("eu/a.jsonl") && isDone("eu/späte Aufträge/a b.jsonl"));
        await().until(() -> Files.exists(inbox.resolve(".error/us/a.csv")));

        assertThat(result("a.jsonl")).contains("\"a.jsonl\"");
        assertThat(result("eu/a.jsonl")).contains("\"eu/a.jsonl\"");
        assertThat(result("eu/späte Aufträge/a b.jsonl")).contains("Aufträge");
        assertThat(inbox.resolve("eu/.hidden/a.jsonl")).exists();
        assertThat(api.requests().stream()
                        .mapToInt(request -> request.ids().size())
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void shouldTakeAFileOnceItsMarkerIsThere() throws Exception {
        Path file = Files.writeString(inbox.resolve("a.jsonl"), "{\"id\":\"a\",\"text\":\"t\"}\n");
        drop("old.jsonl");
        bundle.with("saddlebag.source.file.marker", ".ok").start();
        await().during(Duration.ofMillis(500)).until(() -> api.requests().isEmpty());

        Files.createFile(inbox.resolve("a.jsonl.ok"));

        await().until(() -> isDone("a.jsonl"));
        await().until(() -> Files.notExists(inbox.resolve("a.jsonl.ok")));
        assertThat(file).doesNotExist();
        assertThat(inbox.resolve("old.jsonl")).exists();
        assertThat(inbox.resolve(".done/a.jsonl.ok")).doesNotExist();
    }

    @Test
    void shouldGoOnWhereTheFolderComesBack() throws Exception {
        bundle.start();
        drop("a.jsonl");
        await().until(() -> isDone("a.jsonl"));

        Files.move(inbox, folder.resolve("away"));
        await().during(Duration.ofMillis(300)).until(() -> Files.notExists(inbox));
        Files.createDirectories(inbox);
        drop("b.jsonl");

        await().until(() -> isDone("b.jsonl"));
        assertThat(inbox.resolve(".saddlebag.lock")).exists();
    }

    /** A name is bytes to the system: one with a line feed never began, and one of another encoding was taken for gone. */
    @Test
    void shouldSendNothingAgainWhereTheFolderWasAwayWhenAFileEnded() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            go.await();
            return TestApi.echo(request);
        });
        drop("a.jsonl");
        bundle.start();
        await().until(() -> api.requests().size() == 1);
        Files.move(inbox, folder.resolve("away"));
        Files.createDirectories(inbox);

        go.countDown();
        await().until(() -> Files.exists(outbox.resolve("a.jsonl.results.jsonl"))
                && !result("a.jsonl").isEmpty());
        await().during(Duration.ofMillis(300)).until(() -> Files.notExists(inbox.resolve("a.jsonl")));
        Files.move(folder.resolve("away/a.jsonl"), inbox.resolve("a.jsonl"));

        await().until(() -> isDone("a.jsonl"));
        assertThat(api.requests()).hasSize(1);
        assertThat(result("a.jsonl")).hasLineCount(1);
    }

    @Test
    void shouldTakeFilesWithAnyName() throws Exception {
        drop("a.jsonl");
        drop("b.jsonl");
        Files.move(inbox.resolve("a.jsonl"), inbox.resolve("two\nlines.jsonl"));
        new ProcessBuilder("sh", "-c", "mv b.jsonl \"$(printf 'gr\\374n.jsonl')\"")
                .directory(inbox.toFile())
                .start()
                .waitFor();
        bundle.start();

        await().until(() -> isDone("two\nlines.jsonl"));
        await().until(() ->
                api.requests().stream().anyMatch(request -> request.ids().contains("b.jsonl")));

        await().until(() -> {
            try (Stream<Path> all = Files.list(inbox)) {
                return all.noneMatch(path -> path.toString().endsWith(".jsonl"));
            }
        });
    }

    /** A link is a name of the file: it is moved, and what it points to stays. */
    @Test
    void shouldFollowLinksToFilesAndPassOverThoseToNothing() throws Exception {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere.jsonl"), "{\"id\":\"a\",\"text\":\"t\"}\n");
        Files.setLastModifiedTime(elsewhere, FileTime.from(Instant.now().minusSeconds(60)));
        Files.createSymbolicLink(inbox.resolve("link.jsonl"), elsewhere);
        Files.createSymbolicLink(inbox.resolve("nothing.jsonl"), folder.resolve("nothing"));
        bundle.start();
        drop("b.jsonl");

        await().until(() -> isDone("link.jsonl") && isDone("b.jsonl"));

        assertThat(result("link.jsonl")).contains("\"a\"");
        assertThat(inbox.resolve(".done/link.jsonl")).isSymbolicLink();
        assertThat(elsewhere).exists();
        assertThat(Files.isSymbolicLink(inbox.resolve("nothing.jsonl"))).isTrue();
        assertThat(outbox.resolve("nothing.jsonl.results.jsonl")).doesNotExist();
    }

    @Test
    void shouldNotTakeAFileThatIsStillWritten() throws Exception {
        bundle.with("saddlebag.source.file.min-age", "1h").start();
        drop("a.jsonl");
        Files.setLastModifiedTime(
                inbox.resolve("a.jsonl"), FileTime.from(Instant.now().minusSeconds(1800)));

        await().during(Duration.ofMillis(400)).until(() -> api.requests().isEmpty());
        Files.setLastModifiedTime(
                inbox.resolve("a.jsonl"), FileTime.from(Instant.now().minusSeconds(4000)));

        await().until(() -> isDone("a.jsonl"));
    }

    /** On a file server whose clock is ahead. */
    @Test
    void shouldTakeAFileWhoseTimeIsYetToComeOnceItRests() throws Exception {
        bundle.with("saddlebag.source.file.min-age", "200ms").start();
        drop("a.jsonl");
        Files.setLastModifiedTime(
                inbox.resolve("a.jsonl"), FileTime.from(Instant.now().plusSeconds(7200)));

        await().until(() -> isDone("a.jsonl"));
    }

    /** What any endpoint gives: a stream, with a name. */
    @Test
    void shouldReadFilesOfOtherPlacesAsStreams() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        bundle.with("saddlebag.source.file.enabled", false).start();
        bundle.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + other + "?move=.done&initialDelay=0&delay=50")
                        .convertBodyTo(InputStream.class)
                        .to("direct:saddlebag-read");
            }
        });
        for (int i = 0; i < 3; i++) {
            Files.writeString(other.resolve("f" + i + ".jsonl"), "{\"id\":\"i" + i + "\",\"text\":\"t\"}\n");
        }

        for (int i = 0; i < 3; i++) {
            Path done = other.resolve(".done/f" + i + ".jsonl");
            await().until(() -> Files.exists(done));
            assertThat(result("f" + i + ".jsonl"))
                    .as("%s", api.requests().stream().map(TestApi.Request::text).toList())
                    .isEqualTo("{\"id\":\"i" + i + "\",\"result\":\"r:t\"}\n");
        }
    }
}
