package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several files as one input: their results in one output, in order, each item once. */
@Tag("slow")
@Timeout(120)
class SeveralInputsTest {

    private final HeldItems held = new HeldItems();
    private final TestApi api = held.api();

    @TempDir
    private Path folder;

    private Path data;
    private Path output;

    @BeforeEach
    void makeFolder() throws IOException {
        data = Files.createDirectories(folder.resolve("data"));
        output = folder.resolve("results.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private String pattern() {
        return data + "/*.jsonl";
    }

    private List<String> command(List<String> inputs, String... more) {
        List<String> command = new ArrayList<>(List.of("process", "--output", output.toString(), "--url", api.url()));
        command.addAll(List.of("--answer-result", "/result", "--set", "saddlebag.batch.max-in-flight=1000"));
        inputs.forEach(input -> command.addAll(List.of("--input", input)));
        command.addAll(List.of(more));
        return command;
    }

    private CommandRun run(List<String> inputs, String... more) throws Exception {
        return CommandRun.of(command(inputs, more).toArray(String[]::new));
    }

    private int sent() {
        return api.requests().stream()
                .mapToInt(request -> request.json().size())
                .sum();
    }

    private void assertComplete(int count) throws IOException {
        assertThat(Files.readAllLines(output))
                .containsExactlyElementsOf(IntStream.range(0, count)
                        .mapToObj(i -> "{\"id\":\"" + i + "\",\"result\":\"r:t" + i + "\"}")
                        .toList());
    }

    @Test
    void shouldReadFilesAsGivenAndPatternsByName() throws Exception {
        Files.writeString(data.resolve("b.jsonl"), "{\"text\":\"b1\"}\n\n{\"text\":\"b3\"}\n");
        Files.writeString(data.resolve("a.jsonl"), "{\"text\":\"a1\"}\nno json\n");
        Files.writeString(data.resolve("empty.jsonl"), "");
        Files.writeString(data.resolve(".hidden.jsonl"), "{\"text\":\"hidden\"}\n");
        Path last = folder.resolve("z.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(last))) {
            out.write("text,n\nz2,1\nz3\n".getBytes(StandardCharsets.UTF_8));
        }
        Path first = Files.writeString(folder.resolve("y.json"), "[{\"id\":\"own\",\"text\":\"y\"}]");
        api.behave(request -> {
            var answers = TestApi.JSON.createArrayNode();
            request.json()
                    .forEach(item -> answers.addObject()
                            .put("result", "r:" + item.path("text").asText()));
            return TestApi.json(answers);
        });

        CommandRun run =
                run(List.of(first.toString(), pattern(), last.toString()), "--set", "saddlebag.answer.match=position");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0)).isEqualTo("{\"id\":\"own\",\"result\":\"r:y\"}");
        assertThat(lines.get(1)).isEqualTo("{\"id\":\"" + data + "/a.jsonl:1\",\"result\":\"r:a1\"}");
        assertThat(lines.get(2)).startsWith("{\"id\":\"" + data + "/a.jsonl:2\",\"error\":");
        assertThat(lines.get(3)).isEqualTo("{\"id\":\"" + data + "/b.jsonl:1\",\"result\":\"r:b1\"}");
        assertThat(lines.get(4)).isEqualTo("{\"id\":\"" + data + "/b.jsonl:3\",\"result\":\"r:b3\"}");
        assertThat(lines.get(5)).isEqualTo("{\"id\":\"" + last + ":2\",\"result\":\"r:z2\"}");
        assertThat(lines.get(6))
                .startsWith("{\"id\":\"" + last + ":3\",\"error\":")
                .contains("the header 2");
        List<JsonNode> letters = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("results.jsonl.failed.jsonl"))) {
            letters.add(TestApi.JSON.readTree(line));
        }
        assertThat(letters)
                .extracting(letter -> letter.path("source").asText() + "|"
                        + letter.path("line").asText())
                .containsExactlyInAnyOrder(data + "/a.jsonl|2", last + "|3");
    }

    @Test
    void shouldSendDeadLettersOfSeveralFilesAgain() throws Exception {
        Path one = Files.writeString(folder.resolve("one.jsonl"), "{\"text\":\"x1\"}\n{\"text\":\"bad\"}\n");
        Path two = Files.writeString(folder.resolve("two.jsonl"), "{\"text\":\"bad\"}\n{\"text\":\"x2\"}\n");
        boolean[] mended = {false};
        api.behave(request -> {
            var answers = TestApi.JSON.createArrayNode();
            request.json().forEach(item -> {
                boolean bad = item.path("text").asText().equals("bad") && !mended[0];
                answers.addObject()
                        .put(bad ? "error" : "result", "r:" + item.path("text").asText());
            });
            return TestApi.json(answers);
        });
        assertThat(run(List.of(one.toString(), two.toString()), "--set", "saddlebag.answer.match=position")
                        .status())
                .isEqualTo(3);
        mended[0] = true;
        Path letters = folder.resolve("results.jsonl.failed.jsonl");
        assertThat(Files.readAllLines(letters)).hasSize(2);

        CommandRun replay = CommandRun.of(
                "replay",
                letters.toString(),
                "--output",
                folder.resolve("again.jsonl").toString(),
                "--url",
                api.url(),
                "--answer-result=/result",
                "--set=saddlebag.answer.match=position");

        assertThat(replay.status()).as(replay.err()).isZero();
        assertThat(Files.readString(folder.resolve("again.jsonl")))
                .contains("r:bad")
                .hasLineCount(2);
        assertThat(letters).doesNotExist();
    }

    @Test
    void shouldGoOnAfterAKillAndThenSendNothing() throws Exception {
        Files.writeString(data.resolve("1.jsonl"), HeldItems.lines(0, 1500));
        for (int i = 0; i < 100; i++) {
            Files.writeString(data.resolve("2-" + (100 + i) + ".jsonl"), HeldItems.lines(1500 + 20 * i, 1520 + 20 * i));
        }
        Files.writeString(data.resolve("3.jsonl"), HeldItems.lines(3500, 6000));
        held.killAt(1000, folder, command(List.of(pattern())));
        held.killAt(2500, folder, command(List.of(pattern())));
        held.killAt(4500, folder, command(List.of(pattern())));

        CommandRun run = run(List.of(pattern()));

        assertThat(run.status()).as(run.err()).isZero();
        assertComplete(6000);
        assertThat(sent() - 6000).as("sent again").isBetween(0, 3000);
        int all = sent();
        CommandRun again = run(List.of(pattern()));
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.summary().path("resumed").asBoolean()).isTrue();
        assertThat(sent()).isEqualTo(all);
    }

    /** Ends it in the middle of the second file. */
    private void begin(List<String> inputs) throws Exception {
        Files.writeString(data.resolve("a.jsonl"), HeldItems.lines(0, 1000));
        Files.writeString(data.resolve("b.jsonl"), HeldItems.lines(1000, 3000));
        Files.writeString(data.resolve("d.jsonl"), HeldItems.lines(3000, 3100));
        held.killAt(2000, folder, command(inputs));
    }

    @Test
    void shouldRefuseAListThatHasChangedAndNameTheDifference() throws Exception {
        begin(List.of(pattern()));
        Files.writeString(data.resolve("c.jsonl"), HeldItems.lines(9000, 9010));

        CommandRun more = run(List.of(pattern()));

        assertThat(more.status()).isEqualTo(2);
        assertThat(more.err())
                .contains("the list of inputs is another one now", data.resolve("c.jsonl") + " was added")
                .doesNotContain("a.jsonl");
        List<String> before = Stream.of("a", "b", "d")
                .map(name -> data.resolve(name + ".jsonl").toString())
                .toList();
        CommandRun fewer = run(before.subList(0, 2));
        assertThat(fewer.status()).isEqualTo(2);
        assertThat(fewer.err()).contains(data.resolve("d.jsonl") + " is missing");
        CommandRun turned = run(List.of(before.get(1), before.get(0), before.get(2)));
        assertThat(turned.status()).isEqualTo(2);
        assertThat(turned.err()).contains("order has changed");

        CommandRun same = run(before);

        assertThat(same.status()).as(same.err()).isZero();
        assertComplete(3100);
    }

    @Test
    void shouldRefuseFilesThatWereChangedWhereTheyAreDone() throws Exception {
        begin(List.of(pattern()));
        Files.writeString(data.resolve("a.jsonl"), HeldItems.lines(9000, 9001), StandardOpenOption.APPEND);

        CommandRun changed = run(List.of(pattern()));

        assertThat(changed.status()).isEqualTo(2);
        assertThat(changed.err()).contains("done already was changed");
        assertThat(Files.readAllLines(output)).hasSizeBetween(1001, 2999);
    }

    @Test
    void shouldNameWhatIsWrongWithAList() throws Exception {
        Path file = Files.writeString(data.resolve("a.jsonl"), HeldItems.lines(0, 1));
        assertRefused(List.of(data + "/*.csv"), data + "/*.csv: no file matches this pattern.");
        assertRefused(List.of(folder + "/nowhere/*.csv"), "there is no folder " + folder + "/nowhere/");
        assertRefused(List.of(file.toString(), "-"), "stdin is read alone");
        assertRefused(List.of(file.toString(), pattern()), file + ": it is there twice");
        assertRefused(List.of(file.toString(), data + "/b.jsonl"), data + "/b.jsonl: there is no such file");
        assertRefused(
                List.of(file.toString(), data.toString()),
                data + ": it is a folder. For all files in it: --input '" + data + "/*'");
        output = file;
        assertRefused(List.of(pattern(), folder + "/../" + folder.getFileName() + "/d*/?.jsonl"), "twice");
        assertRefused(List.of(pattern()), "it is the file of --input");
        assertThat(Files.readString(file)).isEqualTo(HeldItems.lines(0, 1));
        assertThat(api.requests()).isEmpty();
    }

    private void assertRefused(List<String> inputs, String why) throws Exception {
        CommandRun run = run(inputs);
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(why);
    }

    @Test
    void shouldGoOnWithinADocumentAfterAKill() throws Exception {
        Path file = folder.resolve("answer.json");
        Files.writeString(
                file,
                "{\"page\":1,\"data\":[" + HeldItems.lines(0, 4000).strip().replace("\n", ",\n") + "],\"next\":null}");
        String[] pointer = {"--input-pointer", "/data"};
        held.killAt(2500, folder, command(List.of(file.toString()), pointer));

        CommandRun run = run(List.of(file.toString()), pointer);

        assertThat(run.status()).as(run.err()).isZero();
        assertComplete(4000);
        assertThat(sent() - 4000).as("sent again").isBetween(0, 1000);
    }

    @Test
    void shouldReadAFileThatIsCalledLikeAPattern() throws Exception {
        Path file = Files.writeString(folder.resolve("a[1].jsonl"), HeldItems.lines(0, 2));

        assertThat(run(List.of(file.toString())).status()).isZero();
        assertComplete(2);
    }

    @Test
    void shouldShowTheRequestsOfSeveralFiles() throws Exception {
        Files.writeString(data.resolve("a.jsonl"), HeldItems.lines(0, 1));
        Files.writeString(data.resolve("b.jsonl"), HeldItems.lines(1, 2));

        CommandRun check = CommandRun.of("check", "--input", pattern(), "--url", api.url());

        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.out()).contains("\"t0\"", "\"t1\"");
        assertThat(api.requests()).isEmpty();
    }
}
