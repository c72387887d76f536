package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.support.PathLock;
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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two processes that mean the same files: none of them is written by both. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class TwoAtOnceTest {

    @TempDir
    private Path folder;

    private final CountDownLatch go = new CountDownLatch(1);
    private final TestApi api = TestApi.start(request -> {
        go.await();
        return TestApi.echo(request);
    });

    @AfterEach
    void stop() {
        go.countDown();
        api.close();
    }

    private static String letter(String id) {
        return "{\"id\":\"" + id + "\",\"item\":{\"id\":\"" + id + "\"},\"reason\":\"The endpoint was away.\"}\n";
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private List<String> arguments(String command, String output) {
        return List.of(
                command.equals("process") ? "process" : "replay",
                command.equals("process")
                        ? "--input=" + file("items.jsonl")
                        : file("failed.jsonl").toString(),
                "--output=" + file(output),
                "--url=" + api.url());
    }

    private CommandRun second(String command, String output, String... more) throws Exception {
        List<String> arguments = new java.util.ArrayList<>(arguments(command, output));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    @Test
    void shouldRefuseASecondProcessBeforeItsFirstRequest() throws Exception {
        Files.write(file("items.jsonl"), Items.items(3));
        Files.createSymbolicLink(file("link.jsonl"), Path.of("out.jsonl"));
        try (ChildRun child = ChildRun.start(folder, arguments("process", "out.jsonl"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !api.requests().isEmpty());

            for (String output : List.of("out.jsonl", "link.jsonl")) {
                CommandRun run = second("process", output, "--dead-letters=" + file("other.failed.jsonl"));
                assertThat(run.status()).as(run.err()).isEqualTo(2);
                assertThat(run.err()).contains(output + " is in use by process ", " on ", " since 20");
            }
            CommandRun letters = second("process", "b.jsonl", "--dead-letters=" + file("out.jsonl.failed.jsonl"));
            assertThat(letters.status()).as(letters.err()).isEqualTo(2);
            assertThat(api.requests()).hasSize(1);

            go.countDown();
            assertThat(child.status()).as(child.said()).isZero();
        }
        assertThat(Files.readAllLines(file("out.jsonl"))).hasSize(3);
        assertThat(file("b.jsonl")).doesNotExist();
    }

    @Test
    void shouldRefuseASecondReplayBeforeItsFirstRequest() throws Exception {
        Files.writeString(file("failed.jsonl"), letter("a"));
        try (ChildRun child = ChildRun.start(folder, arguments("replay", "out.jsonl"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !api.requests().isEmpty());

            CommandRun run = second("replay", "other.jsonl");

            assertThat(run.status()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("is being replayed by process ");
            Path link = Files.createSymbolicLink(file("link.jsonl"), Path.of("failed.jsonl"));
            CommandRun byLink =
                    CommandRun.of("replay", link.toString(), "--output=" + file("other.jsonl"), "--url=" + api.url());
            assertThat(byLink.status()).as(byLink.err()).isEqualTo(2);
            CommandRun some = second("replay", "other.jsonl", "--where=reason~away");
            assertThat(some.status()).as(some.err()).isEqualTo(2);
            assertThat(file("failed.jsonl")).content().isEqualTo(letter("a"));
            assertThat(api.requests()).hasSize(1);

            go.countDown();
            assertThat(child.status()).as(child.said()).isZero();
        }
        assertThat(file("failed.jsonl")).doesNotExist();
        assertThat(Files.readAllLines(file("out.jsonl"))).hasSize(1);
    }

    /** The others were sent too, and at its end the file was written anew under them. */
    @Test
    void shouldRefuseAReplayBesideOneOfSomeLetters() throws Exception {
        Files.writeString(file("failed.jsonl"), letter("a") + letter("b"));
        List<String> some = new java.util.ArrayList<>(arguments("replay", "out.jsonl"));
        some.add("--limit=1");
        try (ChildRun child = ChildRun.start(folder, some)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !api.requests().isEmpty());

            CommandRun run = second("replay", "other.jsonl");

            assertThat(run.status()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("failed.jsonl: it is in use by process ");
            go.countDown();
            assertThat(child.status()).as(child.said()).isZero();
        }
        assertThat(api.requests()).hasSize(1);
        assertThat(file("failed.jsonl")).content().isEqualTo(letter("b"));
    }

    /** They were taken away under the process that wrote them. */
    @Test
    void shouldRefuseToMergeIntoResultsThatAreWritten() throws Exception {
        Files.write(file("items.jsonl"), Items.items(2));
        Files.writeString(file("failed.jsonl"), letter("i1"));
        api.behave(request -> {
            if (request.ids().contains("i2")) {
                go.await();
            }
            return TestApi.answer(422, "no");
        });
        List<String> arguments = new java.util.ArrayList<>(arguments("process", "out.jsonl"));
        arguments.addAll(List.of("--batch-size=1", "--dead-letters=" + file("other.failed.jsonl")));
        try (ChildRun child = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(file("out.jsonl")) && Files.size(file("out.jsonl")) > 0);
            int sent = api.requests().size();

            CommandRun run = CommandRun.of(
                    "replay",
                    file("failed.jsonl").toString(),
                    "--merge-into=" + file("out.jsonl"),
                    "--url=" + api.url());

            assertThat(run.status()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("--merge-into " + file("out.jsonl") + ": it is in use by process ");
            assertThat(api.requests()).hasSize(sent);
            go.countDown();
            assertThat(child.status()).as(child.said()).isEqualTo(3);
        }
        assertThat(Files.readAllLines(file("out.jsonl"))).hasSize(2);
        assertThat(file("failed.jsonl")).content().isEqualTo(letter("i1"));
    }

    /** 332,800 lines for 200,000 items, and the file was gone. */
    @Test
    void shouldLeaveFilesToTheRuntimeThatHasTheInbox() throws Exception {
        Path inbox = Files.createDirectories(file("inbox"));
        drop(inbox, "a.jsonl");
        try (Bundle first = bundle(inbox).start();
                ChildRun second = run(inbox)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> second.said().contains("is in use by process "));
            drop(inbox, "b.jsonl");
            assertThat(api.requests()).hasSize(1);
            assertThat(inbox.resolve("a.jsonl")).exists();

            go.countDown();
            await().until(() -> Files.exists(inbox.resolve(".done/b.jsonl")));
            first.close();
            drop(inbox, "c.jsonl");

            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/c.jsonl")));
        }
        for (String name : List.of("a", "b", "c")) {
            assertThat(Files.readAllLines(file("outbox/" + name + ".jsonl.results.jsonl")))
                    .hasSize(3);
        }
        assertThat(api.requests().stream().mapToInt(r -> r.ids().size()).sum()).isEqualTo(9);
    }

    private ChildRun run(Path inbox, String... more) throws IOException {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "run",
                "--url=" + api.url(),
                "--set=saddlebag.source.file.enabled=true",
                "--set=saddlebag.source.file.poll=50ms",
                "--set=saddlebag.source.file.directory=" + inbox,
                "--set=saddlebag.deliver.directory=" + file("outbox")));
        arguments.addAll(List.of(more));
        return ChildRun.start(folder, arguments);
    }

    @Test
    void shouldGoOnWhereTheFirstOfTwoIsKilled() throws Exception {
        Path inbox = Files.createDirectories(file("inbox"));
        api.behave(request -> {
            if (!request.ids().contains("i1")) {
                go.await();
            }
            return TestApi.echo(request);
        });
        drop(inbox, "a.jsonl");
        String[] oneByOne = {"--set=saddlebag.batch.max-items=1", "--set=saddlebag.call.concurrency=2"};
        try (ChildRun first = run(inbox, oneByOne)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> api.requests().size() == 3
                            && Files.exists(file("outbox/a.jsonl.results.jsonl"))
                            && Files.size(file("outbox/a.jsonl.results.jsonl")) > 0);
            try (ChildRun second = run(inbox, oneByOne)) {
                await().atMost(Duration.ofSeconds(60)).until(() -> second.said().contains("is in use by process "));
                assertThat(api.requests()).hasSize(3);

                go.countDown();
                first.kill();

                await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
            }
        }
        assertThat(Files.readAllLines(file("outbox/a.jsonl.results.jsonl")))
                .extracting(line -> TestApi.JSON.readTree(line).path("id").asText())
                .containsExactly("i1", "i2", "i3");
        assertThat(api.requests()).as("one pass, and what was in flight").hasSizeLessThanOrEqualTo(3 + 3);
    }

    /** As it is done: both are processes of their own. */
    @Test
    void shouldReplayWhatARunHasGivenUpThatStillWrites() throws Exception {
        Path inbox = Files.createDirectories(file("inbox"));
        api.behave(request -> {
            if (request.ids().contains("i2")) {
                go.await();
            }
            boolean isRun = request.headers().containsKey("run");
            return request.ids().contains("i1") && isRun || request.ids().contains("i3")
                    ? TestApi.answer(422, "no")
                    : TestApi.echo(request);
        });
        drop(inbox, "a.jsonl");
        Path failed = file("outbox/a.jsonl.failed.jsonl");
        try (ChildRun run = run(
                inbox,
                "--header=run: yes",
                "--set=saddlebag.batch.max-items=1",
                "--set=saddlebag.deliver.ordered=false")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            Files.exists(failed) && Files.readAllLines(failed).size() == 2);
            String there = Files.readString(failed);

            try (ChildRun replay = ChildRun.start(
                    folder,
                    List.of("replay", failed.toString(), "--output=" + file("again.jsonl"), "--url=" + api.url()))) {
                assertThat(replay.status()).as(replay.said()).isEqualTo(3);
                assertThat(replay.said()).contains("is in use by process ", "failed.jsonl.again has them");
            }

            assertThat(failed).content().isEqualTo(there);
            assertThat(Files.readAllLines(file("outbox/a.jsonl.failed.jsonl.again")))
                    .singleElement()
                    .asString()
                    .contains("\"i3\"");
            go.countDown();
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
        }
        CommandRun last =
                CommandRun.of("replay", failed.toString(), "--output=" + file("last.jsonl"), "--url=" + api.url());
        assertThat(last.status()).as(last.err()).isZero();
        assertThat(Files.readAllLines(failed))
                .as("what failed again, for the next replay")
                .singleElement()
                .asString()
                .contains("\"i3\"");
        assertThat(file("outbox/a.jsonl.failed.jsonl.again")).doesNotExist();
        assertThat(Files.readAllLines(file("outbox/a.jsonl.results.jsonl"))).hasSize(3);
    }

    /** The dead letters of a process that goes on; and its input is nobody's alone. */
    @Test
    void shouldReplayWhatAProcessHasGivenUpThatStillWrites() throws Exception {
        Files.write(file("items.jsonl"), Items.items(4));
        api.behave(request -> {
            boolean isFirst = request.headers().containsKey("first");
            if (request.ids().contains("i4") && isFirst) {
                go.await();
            }
            return request.ids().contains("i2") && isFirst || request.ids().contains("i3")
                    ? TestApi.answer(422, "no")
                    : TestApi.echo(request);
        });
        Path failed = file("out.jsonl.failed.jsonl");
        List<String> arguments = new java.util.ArrayList<>(arguments("process", "out.jsonl"));
        arguments.addAll(List.of("--header=first: yes", "--batch-size=1"));
        try (ChildRun process = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            Files.exists(failed) && Files.readAllLines(failed).size() == 2);
            String there = Files.readString(failed);

            CommandRun beside = second("process", "beside.jsonl", "--batch-size=1");
            CommandRun replay =
                    CommandRun.of("replay", failed.toString(), "--output=" + file("1.jsonl"), "--url=" + api.url());

            assertThat(beside.status())
                    .as("the input is not locked: " + beside.err())
                    .isEqualTo(3);
            assertThat(replay.status()).as(replay.err()).isEqualTo(3);
            assertThat(replay.err()).contains("is in use by process ", "failed.jsonl.again has them");
            assertThat(failed).content().isEqualTo(there);
            go.countDown();
            assertThat(process.status()).as(process.said()).isEqualTo(3);
        }
        assertThat(Files.readAllLines(file("out.jsonl"))).hasSize(4);
        CommandRun last =
                CommandRun.of("replay", failed.toString(), "--output=" + file("2.jsonl"), "--url=" + api.url());
        assertThat(last.status()).as(last.err()).isZero();
        assertThat(file("2.jsonl")).isEmptyFile();
        assertThat(Files.readAllLines(failed))
                .as("what failed again, for the next replay")
                .singleElement()
                .asString()
                .contains("\"i3\"");
    }

    /** A replay that began while nobody wrote the file has it for itself: a run that means to write it waits. */
    @Test
    void shouldWaitWithItsDeadLettersUntilTheyAreReplayed() throws Exception {
        Path inbox = Files.createDirectories(file("inbox"));
        Path letters = file("failed.jsonl");
        Files.writeString(letters, letter("bad") + letter("late"));
        api.behave(request -> {
            if (request.ids().contains("late")) {
                go.await();
            }
            return request.ids().contains("bad") || request.headers().containsKey("run")
                    ? TestApi.answer(422, "no")
                    : TestApi.echo(request);
        });
        List<String> arguments = new java.util.ArrayList<>(arguments("replay", "1.jsonl"));
        arguments.add("--batch-size=1");
        String[] writes = {
            "--set=saddlebag.dead-letter.file=" + letters,
            "--header=run: yes",
            "--batch-size=1",
            "--set=saddlebag.call.refused-in-row=0"
        };
        try (ChildRun replay = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> api.requests().size() == 2);
            drop(inbox, "a.jsonl");
            try (ChildRun run = run(inbox, writes)) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> run.said().contains(letters + " is in use by process "));
                assertThat(api.requests()).hasSize(2);
                go.countDown();

                assertThat(replay.status()).as(replay.said()).isEqualTo(3);
                await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox.resolve(".done/a.jsonl")));
            }
        }
        assertThat(Files.readAllLines(file("1.jsonl"))).hasSize(2);
        assertThat(Files.readAllLines(letters))
                .as("what failed again, and what failed since")
                .extracting(line -> TestApi.JSON.readTree(line).path("id").asText())
                .containsExactly("bad", "i1", "i2", "i3");
    }

    private Bundle bundle(Path inbox) {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.file.enabled", true)
                .with("saddlebag.source.file.poll", "50ms")
                .with("saddlebag.source.file.directory", inbox)
                .with("saddlebag.deliver.directory", file("outbox"));
    }

    private void drop(Path inbox, String name) throws IOException {
        Path made = Files.write(file(name), Items.items(3));
        Files.setLastModifiedTime(made, FileTime.from(Instant.now().minusSeconds(60)));
        Files.move(made, inbox.resolve(name));
    }

    /** A replay beside the run that writes the file lost 67 of its dead letters. */
    @Test
    void shouldReplayBesideAWriterWhatIsThereAndLeaveTheFile() throws Exception {
        api.behave(request -> request.ids().contains("bad") ? TestApi.answer(403, "no") : TestApi.echo(request));
        Path failed = Files.writeString(file("failed.jsonl"), letter("a") + letter("bad") + letter("b") + "{\"item\"");
        try (PathLock writer = PathLock.of(failed)) {
            CommandRun first = second("replay", "1.jsonl", "--batch-size=1");

            assertThat(first.status()).as(first.err()).isEqualTo(3);
            assertThat(first.err()).contains("is in use by", "failed.jsonl.again has them");
            assertThat(failed).content().isEqualTo(letter("a") + letter("bad") + letter("b") + "{\"item\"");
            assertThat(Files.readAllLines(file("1.jsonl"))).hasSize(3);
            assertThat(Files.readAllLines(file("failed.jsonl.again"))).hasSize(1);

            Files.writeString(failed, letter("a") + letter("bad") + letter("b") + letter("c"));
            CommandRun next = second("replay", "2.jsonl", "--batch-size=1");

            assertThat(next.status()).as(next.err()).isZero();
            assertThat(Files.readAllLines(file("2.jsonl")))
                    .singleElement()
                    .asString()
                    .contains("\"c\"");
            assertThat(Files.readAllLines(file("failed.jsonl.again"))).hasSize(1);
            Files.writeString(failed, letter("d") + letter("bad"), StandardOpenOption.APPEND);
        }
        CommandRun some = second("replay", "4.jsonl", "--limit=1");
        assertThat(some.status()).as("what was sent is not chosen").isEqualTo(2);
        assertThat(some.err()).contains("failed.jsonl.replayed says");

        CommandRun last = second("replay", "3.jsonl", "--batch-size=1");

        assertThat(last.status()).as(last.err()).isEqualTo(3);
        assertThat(Files.readAllLines(file("3.jsonl"))).hasSize(2);
        assertThat(Files.readAllLines(failed))
                .as("nobody writes it: what failed again")
                .hasSize(2);
        assertThat(file("failed.jsonl.again")).doesNotExist();
        assertThat(file("failed.jsonl.replayed")).doesNotExist();
        assertThat(api.requests().stream().flatMap(r -> r.ids().stream()).filter(id -> !id.equals("bad")))
                .containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void shouldBeginWithAnotherFileOfTheSameNameAnew() throws Exception {
        go.countDown();
        Path failed = Files.writeString(file("failed.jsonl"), letter("a") + letter("b"));
        try (PathLock writer = PathLock.of(failed)) {
            assertThat(second("replay", "1.jsonl").status()).isZero();
            Files.move(failed, file("failed.jsonl.1"));
            Files.writeString(failed, letter("c") + letter("d") + letter("e"));

            assertThat(second("replay", "2.jsonl").status()).isZero();
        }
        assertThat(Files.readAllLines(file("2.jsonl"))).hasSize(3);
    }

    @Test
    void shouldAskForNothingWhileAnotherProcessWritesTheFilesOfAWatchList() throws Exception {
        Path list = Files.write(file("list.jsonl"), Items.items(3));
        assertWaits(
                file("outbox/list.jsonl.results.jsonl"),
                "--set=saddlebag.source.file.enabled=false",
                "--set=saddlebag.source.timer.enabled=true",
                "--set=saddlebag.source.timer.list=" + list);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !Files.readAllLines(file("outbox/list.jsonl.results.jsonl"))
                        .isEmpty());
    }

    @Test
    void shouldAskForNothingWhileAnotherProcessHasTheJobsOfTheInbox() throws Exception {
        Path inbox = Files.createDirectories(file("inbox"));
        drop(inbox, "a.jsonl");
        api.behave(request -> TestApi.answer(403, ""));
        assertWaits(
                Files.createDirectories(file("outbox/.jobs")),
                "--mode=job",
                "--set=saddlebag.source.file.enabled=true",
                "--set=saddlebag.source.file.directory=" + inbox);
    }

    private void assertWaits(Path what, String... more) throws Exception {
        go.countDown();
        List<String> arguments = new java.util.ArrayList<>(List.of("run", "--url=" + api.url()));
        arguments.add("--set=saddlebag.deliver.directory=" + file("outbox"));
        arguments.addAll(List.of(more));
        try (PathLock other = PathLock.of(what);
                ChildRun child = ChildRun.start(folder, arguments)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> child.said().contains(what + " is in use by process "));
            assertThat(api.requests()).isEmpty();

            other.close();

            await().atMost(Duration.ofSeconds(60)).until(() -> !api.requests().isEmpty());
            child.terminate();
            assertThat(child.status()).as(child.said()).isEqualTo(143);
        }
    }

    @Test
    void shouldRefuseAJobFolderThatAnotherUses() throws Exception {
        Files.write(file("items.jsonl"), Items.items(3));
        Path jobs = file("jobs");
        try (PathLock other = PathLock.of(jobs)) {
            CommandRun run = second("process", "out.jsonl", "--mode=job", "--set=saddlebag.job.directory=" + jobs);

            assertThat(run.status()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains("saddlebag.job.directory", "in use by");
        }
        assertThat(api.requests()).isEmpty();
        assertThat(file("out.jsonl")).doesNotExist();
    }
}
