package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

/** What is in the place of an output stays, unless it is of the same run; and what is finished is not done again. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class NoFileIsDestroyedTest {

    private static final String FOREIGN = "three years\nof work\n";

    @TempDir
    private Path folder;

    private Path input;
    private Path output;
    private Path letters;
    private final TestApi api = TestApi.start(NoFileIsDestroyedTest::answer);

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), Items.items(3));
        output = folder.resolve("out.jsonl");
        letters = folder.resolve("out.jsonl.failed.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static TestApi.Answer answer(TestApi.Request request) {
        return request.ids().contains("bad") ? TestApi.answer(403, "") : TestApi.echo(request);
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("process", "--input", input.toString()));
        arguments.addAll(List.of("--url", api.url(), "--batch-size", "1"));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--output")) {
            arguments.addAll(List.of("--output", output.toString()));
        }
        return arguments;
    }

    private CommandRun process(String... more) throws Exception {
        return CommandRun.of(arguments(more).toArray(String[]::new));
    }

    private CommandRun replay(Path file, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("replay", file.toString()));
        arguments.addAll(List.of("--url", api.url(), "--batch-size", "1"));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--output")) {
            arguments.addAll(List.of("--output", output.toString()));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static String letter(String id) {
        return "{\"id\":\"" + id + "\",\"item\":{\"id\":\"" + id + "\"},\"reason\":\"The endpoint was away.\"}\n";
    }

    private void assertRefused(CommandRun run, String word) throws Exception {
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(word, "--overwrite").doesNotContain("Exception");
    }

    @Test
    void shouldRefuseForeignOutputsAndDeadLettersBeforeTheFirstRequest() throws Exception {
        Files.writeString(output, FOREIGN);
        assertRefused(process(), "--output " + output + ": it holds results already");
        assertRefused(replay(Files.writeString(folder.resolve("f.jsonl"), letter("a"))), "--output " + output);
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);
        assertRefused(process("--output", link.toString()), "--output " + link);
        assertThat(output).hasContent(FOREIGN);
        Files.delete(output);

        Files.writeString(letters, FOREIGN);
        assertRefused(process(), "--dead-letters " + letters + ": it holds dead letters already");
        assertThat(letters).hasContent(FOREIGN);
        assertThat(output).doesNotExist();

        Path again = Files.writeString(folder.resolve("f.jsonl.again"), FOREIGN);
        assertRefused(replay(folder.resolve("f.jsonl")), again + ": it holds dead letters already");
        assertThat(again).hasContent(FOREIGN);
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldWriteToEmptyFilesLinksToThemAndDevices() throws Exception {
        Files.createFile(output);
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);

        assertThat(process("--output", link.toString(), "--dead-letters", "/dev/null")
                        .status())
                .isZero();

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readAllLines(output)).hasSize(3);
        assertThat(process("--output", "/dev/null").status()).isZero();
    }

    @Test
    void shouldOverwriteInPlaceWithTheFirstAnswer() throws Exception {
        Files.writeString(output, FOREIGN);
        Files.writeString(letters, FOREIGN);
        Files.setPosixFilePermissions(output, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);
        Object key = Files.readAttributes(output, "unix:ino").get("ino");

        CommandRun run = process("--overwrite", "--output", link.toString(), "--dead-letters", letters.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(output)).hasSize(3).allMatch(line -> line.contains("\"result\""));
        assertThat(letters).as("nothing failed").isEmptyFile();
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readAttributes(output, "unix:ino").get("ino")).isEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldOverwriteNothingWhereNothingIsAnswered() throws Exception {
        Files.writeString(output, FOREIGN);
        Files.writeString(letters, FOREIGN);
        api.behave(request -> TestApi.answer(404, ""));

        CommandRun run = process("--overwrite");

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(output).hasContent(FOREIGN);
        assertThat(letters).hasContent(FOREIGN);

        api.behave(NoFileIsDestroyedTest::answer);
        assertRefused(process(), "--output " + output);
        assertThat(process("--overwrite").status()).isZero();
        assertThat(Files.readAllLines(output)).hasSize(3);
    }

    @Test
    void shouldOverwriteWithNothingWhereThereAreNoItems() throws Exception {
        Files.writeString(output, FOREIGN);
        Files.writeString(input, "");

        assertThat(process("--overwrite").status()).isZero();

        assertThat(output).isEmptyFile();
    }

    @Test
    void shouldLeaveAnEmptyOutputWhereThereAreNoItems() throws Exception {
        Files.writeString(input, "");
        assertThat(process().status()).isZero();
        assertThat(output).isEmptyFile();
    }

    @Test
    void shouldSendNothingAgainWhereAllWasDone() throws Exception {
        Files.writeString(input, "{\"id\":\"bad\"}\n", StandardOpenOption.APPEND);
        CommandRun first = process();
        assertThat(first.status()).as(first.err()).isEqualTo(3);
        assertThat(first.summary().has("resumed")).isFalse();
        List<String> lines = Files.readAllLines(output);
        List<String> failed = Files.readAllLines(letters);
        int sent = api.requests().size();

        CommandRun again = process("--header", "Authorization: Bearer other", "--rate", "5", "--concurrency", "2");

        assertThat(again.status()).as(again.err()).isEqualTo(3);
        assertThat(again.summary().path("items").intValue()).isEqualTo(4);
        assertThat(again.summary().path("errors").intValue()).isEqualTo(1);
        assertThat(again.summary().path("resumed").booleanValue()).isTrue();
        assertThat(again.err()).contains("nothing was sent", "--overwrite", "1 of 4 items failed; " + letters);
        assertThat(api.requests()).hasSize(sent);
        assertThat(Files.readAllLines(output)).isEqualTo(lines);
        assertThat(Files.readAllLines(letters)).isEqualTo(failed);

        Files.delete(letters);
        assertThat(process().err()).contains("1 of 4 items failed").doesNotContain(letters + " has them");
        assertThat(process("--overwrite").summary().path("items").intValue()).isEqualTo(4);
        assertThat(api.requests()).hasSizeGreaterThan(sent + 3);
        assertThat(Files.readAllLines(output)).hasSameSizeAs(lines);
    }

    @Test
    void shouldDoWhatWasAddedToAFinishedInput() throws Exception {
        assertThat(process().status()).isZero();
        Files.writeString(input, "{\"id\":\"bad\"}\n{\"id\":\"more\"}\n", StandardOpenOption.APPEND);

        CommandRun grown = process();

        assertThat(grown.status()).as(grown.err()).isEqualTo(3);
        assertThat(grown.summary().path("items").intValue()).isEqualTo(5);
        assertThat(Files.readAllLines(output)).hasSize(5);
        assertThat(Files.readAllLines(letters)).hasSize(1);
        assertThat(process().summary().path("resumed").booleanValue()).isTrue();
        assertThat(api.requests().stream().flatMap(r -> r.ids().stream()).filter(id -> !id.equals("bad")))
                .containsExactlyInAnyOrder("i1", "i2", "i3", "more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"input", "settings", "touched", "added", "edited"})
    void shouldRefuseWhereSomethingElseIsMeant(String what) throws Exception {
        assertThat(process().status()).isZero();
        List<String> more = new ArrayList<>();
        switch (what) {
            case "input" -> Files.write(input, Items.items(2));
            case "settings" -> more.addAll(List.of("--answer-result", "/x"));
            case "touched" -> Files.setLastModifiedTime(input, FileTime.fromMillis(1_000_000_000_000L));
            case "added" -> Files.writeString(output, "a note\n", StandardOpenOption.APPEND);
            default -> Files.writeString(output, "another\n");
        }
        String before = Files.readString(output);

        assertRefused(process(more.toArray(String[]::new)), "--output " + output);

        assertThat(output).hasContent(before);
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldBeginAnewWhereTheOutputWasDeleted() throws Exception {
        Files.writeString(input, "{\"id\":\"bad\"}\n", StandardOpenOption.APPEND);
        assertThat(process().status()).isEqualTo(3);
        Files.delete(output);

        CommandRun run = process();

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(run.summary().has("resumed")).isFalse();
        assertThat(Files.readAllLines(output)).hasSize(4);
        assertThat(Files.readAllLines(letters)).hasSize(1);
        assertThat(api.requests()).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void shouldTakeTheOutputOfAStreamForForeign() throws Exception {
        String[] stream = {
            "process", "--input", "-", "--output", output.toString(), "--url", api.url(), "--batch-size", "1"
        };
        assertThat(CommandRun.withInput("{\"id\":1}\n", stream).status()).isZero();

        assertRefused(CommandRun.withInput("{\"id\":2}\n", stream), "--output " + output);

        assertThat(Files.readAllLines(output)).singleElement().asString().contains("\"id\":1");
        List<String> overwriting = new ArrayList<>(List.of(stream));
        overwriting.add("--overwrite");
        assertThat(CommandRun.withInput("{\"id\":2}\n", overwriting.toArray(String[]::new))
                        .status())
                .isZero();
        assertThat(Files.readAllLines(output)).singleElement().asString().contains("\"id\":2");
    }

    /** The JVM's own files were read in its place, and sent. */
    @Test
    void shouldRefuseAClosedStdin() throws Exception {
        List<String> stream = List.of("process", "--input=-", "--output=" + output, "--url=" + api.url());
        try (ChildRun child = ChildRun.start(folder, "exec 0<&-; ", stream)) {
            assertThat(child.status()).as(child.said()).isEqualTo(2);
            assertThat(child.said()).contains("stdin is closed");
        }
        assertThat(api.requests()).isEmpty();
    }

    /** Every pipe was taken for a closed stdin. */
    @Test
    void shouldReadAPipe() throws Exception {
        List<String> stream = List.of("process", "--input=-", "--output=" + output, "--url=" + api.url());
        try (ChildRun child = ChildRun.start(folder, "echo '{\"id\":\"a\"}' | ", stream)) {
            assertThat(child.status()).as(child.said()).isZero();
        }
        assertThat(Files.readAllLines(output)).hasSize(1);
    }

    @Test
    void shouldGoOnWithItsOwnUnfinishedRunAlsoWhenItMayOverwrite() throws Exception {
        Files.writeString(output, FOREIGN);
        CountDownLatch go = new CountDownLatch(1);
        api.behave(request -> {
            if (request.ids().contains("i3")) {
                go.await();
            }
            return answer(request);
        });
        try (ChildRun child = ChildRun.start(folder, arguments("--overwrite"))) {
            Path checkpoint = folder.resolve("out.jsonl.checkpoint");
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            HeldItems.done(checkpoint) == 2 && api.requests().size() == 3);
            child.kill();
            child.status();
        }
        go.countDown();
        int sent = api.requests().size();

        CommandRun run = process("--overwrite");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.readAllLines(output)).hasSize(3);
        assertThat(api.requests().size() - sent).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldRefuseToReplayIntoTheResultsOfAnotherReplay() throws Exception {
        Path failed = Files.writeString(folder.resolve("f.jsonl"), letter("a") + letter("bad"));
        assertThat(replay(failed).status()).isEqualTo(3);
        Path again = folder.resolve("f.jsonl.again");
        assertThat(again).doesNotExist();
        assertThat(Files.readAllLines(failed)).hasSize(1);

        int sent = api.requests().size();
        assertRefused(replay(failed), "--output " + output);
        assertThat(api.requests()).hasSize(sent);
    }

    @Test
    void shouldOverwriteTheResultsOfAReplayInPlaceWithTheFirstAnswer() throws Exception {
        Path failed = Files.writeString(folder.resolve("f.jsonl"), letter("a") + letter("bad"));
        Files.writeString(output, FOREIGN);
        Path link = Files.createSymbolicLink(folder.resolve("link"), output);
        Object key = Files.readAttributes(output, "unix:ino").get("ino");
        api.behave(request -> TestApi.answer(404, ""));
        assertThat(replay(failed, "--overwrite").status()).isEqualTo(1);
        assertThat(output).hasContent(FOREIGN);
        assertThat(failed).hasContent(letter("a") + letter("bad"));
        api.behave(NoFileIsDestroyedTest::answer);

        CommandRun run = replay(failed, "--overwrite", "--output", link.toString());

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(Files.readAllLines(output)).hasSize(2).allMatch(line -> line.startsWith("{\"id\":"));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readAttributes(output, "unix:ino").get("ino")).isEqualTo(key);
        assertThat(Files.readAllLines(failed))
                .singleElement()
                .asString()
                .contains("\"bad\"")
                .doesNotContain("The endpoint was away.");
    }

    @Test
    void shouldLeaveAnEmptyOutputWhereThereAreNoDeadLetters() throws Exception {
        Path none = Files.createFile(folder.resolve("f.jsonl"));

        CommandRun run = replay(none);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(output).isEmptyFile();
    }
}
