package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.ZstdOutputStream;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs over compressed files: complete, in order, each item once, also where they were killed on the way. */
@Tag("slow")
@Timeout(120)
class PackedRunTest {

    private static final int ITEMS = 6000;

    private final HeldItems held = new HeldItems();
    private final TestApi api = held.api();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        api.close();
    }

    /** In members of its own each. */
    private Path write(String name, String... texts) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream raw = Files.newOutputStream(file)) {
            for (String text : texts) {
                OutputStream out = name.endsWith(".zst")
                        ? new ZstdOutputStream(raw).setCloseFrameOnFlush(true)
                        : new GZIPOutputStream(raw);
                out.write(text.getBytes(StandardCharsets.UTF_8));
                if (out instanceof GZIPOutputStream gzip) {
                    gzip.finish();
                } else {
                    out.flush();
                }
            }
        }
        return file;
    }

    private List<String> command(Path input, String... more) {
        return Stream.concat(
                        Stream.of(
                                "process",
                                "--input",
                                input.toString(),
                                "--output",
                                folder.resolve("results.jsonl").toString(),
                                "--url",
                                api.url(),
                                "--answer-result",
                                "/result",
                                "--set",
                                "saddlebag.batch.max-in-flight=1000"),
                        Stream.of(more))
                .toList();
    }

    private void assertComplete(int items) throws IOException {
        assertThat(Files.readAllLines(folder.resolve("results.jsonl")))
                .containsExactlyElementsOf(IntStream.range(0, items)
                        .mapToObj(i -> "{\"id\":\"" + i + "\",\"result\":\"r:t" + i + "\"}")
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"items.jsonl.gz", "items.jsonl.zst"})
    void shouldGoOnAfterAKill(String name) throws Exception {
        Path input = write(name, HeldItems.lines(0, 2500), HeldItems.lines(2500, ITEMS));
        held.killAt(4000, folder, command(input));

        CommandRun run = CommandRun.of(command(input).toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        assertComplete(ITEMS);
        int again = api.requests().stream()
                        .mapToInt(request -> request.ids().size())
                        .sum()
                - ITEMS;
        assertThat(again).as("sent again").isBetween(0, 1000);
    }

    @Test
    void shouldKeepWhatWasReadOfATornFileAndGoOnWithTheWholeOne() throws Exception {
        Path input = write("items.jsonl.gz", HeldItems.lines(0, 2000), HeldItems.lines(2000, ITEMS));
        byte[] whole = Files.readAllBytes(input);
        Files.write(input, Arrays.copyOf(whole, whole.length - 2000));

        CommandRun torn = CommandRun.of(command(input).toArray(String[]::new));

        assertThat(torn.status()).isEqualTo(1);
        assertThat(torn.err())
                .contains("items.jsonl.gz ends within its compressed data", "gzip -t", "The same command resumes");
        List<String> lines = Files.readAllLines(folder.resolve("results.jsonl"));
        assertThat(lines).hasSizeBetween(2000, ITEMS - 1);
        int sent = api.requests().stream()
                .mapToInt(request -> request.ids().size())
                .sum();
        assertThat(sent).isEqualTo(lines.size());
        Files.write(input, whole);

        CommandRun run = CommandRun.of(command(input).toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        assertComplete(ITEMS);
        assertThat(api.requests().stream()
                        .mapToInt(request -> request.ids().size())
                        .sum())
                .isEqualTo(ITEMS);
    }

    @Test
    void shouldDoWhatWasAddedToAFileAndRefuseAnother() throws Exception {
        Path input = write("items.jsonl.gz", HeldItems.lines(0, 100));
        assertThat(CommandRun.of(command(input).toArray(String[]::new)).status())
                .isZero();
        write("items.jsonl.gz", HeldItems.lines(0, 100), HeldItems.lines(100, 150));

        CommandRun more = CommandRun.of(command(input).toArray(String[]::new));

        assertThat(more.status()).as(more.err()).isZero();
        assertComplete(150);
        write("items.jsonl.gz", HeldItems.lines(7, 300));

        CommandRun other = CommandRun.of(command(input).toArray(String[]::new));

        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("the input has other content now");
        assertComplete(150);
    }

    @Test
    void shouldReadThemFromStandardInputAndFromAPipe() throws Exception {
        Path input = write("items.jsonl.gz", HeldItems.lines(0, 100), HeldItems.lines(100, 200));

        CommandRun run = CommandRun.withInput(
                Files.readAllBytes(input), command(Path.of("-")).toArray(String[]::new));

        assertThat(run.status()).as(run.err()).isZero();
        assertComplete(200);
        Path pipe = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        Process writer = new ProcessBuilder("cp", input.toString(), pipe.toString()).start();

        CommandRun piped = CommandRun.of(command(pipe, "--overwrite").toArray(String[]::new));

        assertThat(piped.status()).as(piped.err()).isZero();
        assertThat(writer.waitFor()).isZero();
        assertComplete(200);
    }

    @Test
    void shouldMoveATornFileOfTheInboxAsideAndDoWholeOnes() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Path good = write("good.csv.gz", "id,text\n1,a\n", "2,b\n");
        Path torn = write("torn.jsonl.gz", HeldItems.lines(0, 3000));
        Files.write(torn, Arrays.copyOf(Files.readAllBytes(torn), (int) Files.size(torn) - 100));
        Files.move(good, inbox.resolve("good.csv.gz"));
        Files.move(torn, inbox.resolve("torn.jsonl.gz"));
        String[] command = {
            "run",
            "--url=" + api.url(),
            "--answer-result=/result",
            "--set=saddlebag.source.file.enabled=true",
            "--set=saddlebag.source.file.min-age=0s",
            "--set=saddlebag.source.file.directory=" + inbox,
            "--set=saddlebag.deliver.directory=" + folder.resolve("outbox")
        };

        try (ChildRun run = ChildRun.start(folder, List.of(command))) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(inbox.resolve(".error/torn.jsonl.gz"))
                            && Files.exists(inbox.resolve(".done/good.csv.gz")));
            run.terminate();
            run.status();
            assertThat(run.said()).contains("torn.jsonl.gz ends within its compressed data");
        }

        assertThat(folder.resolve("outbox/good.csv.gz.results.jsonl"))
                .hasContent("{\"id\":\"1\",\"result\":\"r:a\"}\n{\"id\":\"2\",\"result\":\"r:b\"}");
        assertThat(Files.readAllLines(folder.resolve("outbox/torn.jsonl.gz.results.jsonl")))
                .hasSizeGreaterThan(1000)
                .startsWith("{\"id\":\"0\",\"result\":\"r:t0\"}");
    }
}
