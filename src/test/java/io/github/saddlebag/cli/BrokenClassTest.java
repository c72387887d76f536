package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A class that cannot be loaded is an Error on whichever thread needs it first. On each kind of thread it ends the process
 * with a status of its own, soon, and the next start goes on.
 *
 * <p>{@code -Dsaddlebag.broken-classes=all} breaks each class that a run has loaded, one after the other; that takes long.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class BrokenClassTest {

    private static final boolean ALL =
            System.getProperty("saddlebag.broken-classes", "").equals("all");
    private static final int ITEMS = 120;

    @TempDir
    private Path folder;

    private final JobApi jobs = new JobApi(2);
    private final TestApi api = TestApi.start(this::answer);

    @AfterEach
    void stop() {
        api.close();
    }

    private Answer answer(Request request) throws Exception {
        if (request.target().contains("/job")) {
            return jobs.answer(request);
        }
        if (request.target().contains("/single")) {
            ObjectNode answer = TestApi.JSON.createObjectNode();
            return TestApi.json(
                    answer.put("result", "r:" + request.json().path("text").asText()));
        }
        return TestApi.echo(request);
    }

    private List<String> arguments(String mode) throws IOException {
        Path input = folder.resolve("items.jsonl");
        if (Files.notExists(input)) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < ITEMS; i++) {
                lines.add(i == 50 ? "no json" : "{\"id\":" + i + ",\"text\":\"" + i + "\"}");
            }
            Files.write(input, lines);
        }
        List<String> arguments = new ArrayList<>(List.of("process", "--input", input.toString(), "--mode", mode));
        arguments.addAll(List.of("--output", folder.resolve("results.jsonl").toString()));
        arguments.addAll(List.of("--url", api.url() + "/" + mode, "--answer-result", "/result"));
        arguments.addAll(List.of("--batch-size", "10", "--set", "saddlebag.job.poll-interval=20ms"));
        return arguments;
    }

    /** The classes, and on which thread they are needed first. */
    static Stream<Arguments> classes() throws Exception {
        if (ALL) {
            return Stream.of("batch", "single", "job")
                    .flatMap(mode -> loaded(mode).stream().map(name -> Arguments.of(mode, name, "any")));
        }
        return Stream.of(
                Arguments.of("batch", "source.LinePosition", "the reader"),
                Arguments.of("batch", "checkpoint.Checkpoint", "the one that starts it"),
                Arguments.of("batch", "format.Matcher", "requests"),
                Arguments.of("batch", "deliver.DeadLetterLine", "deliveries"),
                Arguments.of("single", "http.VertxRequest", "the event loop"),
                Arguments.of("job", "job.JobFile", "jobs"));
    }

    private static List<String> loaded(String mode) {
        BrokenClassTest test = new BrokenClassTest();
        try {
            test.folder = Files.createTempDirectory("loaded");
            Path log = test.folder.resolve("classes.txt");
            try (ChildRun child = ChildRun.start(
                    test.folder, "export _JAVA_OPTIONS=-Xlog:class+load:file=" + log + "; ", test.arguments(mode))) {
                child.status();
            }
            String ours = "io.github.saddlebag.";
            return Files.readAllLines(log).stream()
                    .map(line -> line.replaceAll("^(\\[[^]]*])*\\s*", "").split(" ")[0])
                    .filter(name -> name.startsWith(ours) && !name.contains("Lambda"))
                    .map(name -> name.substring(ours.length()))
                    .filter(name -> !name.startsWith("cli."))
                    .toList();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            test.stop();
        }
    }

    @ParameterizedTest(name = "{0}: {1}, {2}")
    @MethodSource("classes")
    @Timeout(180)
    void shouldEndTheProcessOnWhicheverThread(String mode, String name, String thread) throws Exception {
        Path broken = folder.resolve("broken");
        Path file = broken.resolve("io/github/saddlebag/" + name.replace('.', '/') + ".class");
        assertThat(getClass().getClassLoader().getResource("io/github/saddlebag/" + name.replace('.', '/') + ".class"))
                .as("a class of ours: " + name)
                .isNotNull();
        Files.createDirectories(file.getParent());
        Files.writeString(file, "this is no class");

        try (ChildRun child = ChildRun.start(folder, broken, arguments(mode))) {
            assertThat(child.status()).as("%s: %s", name, child.said()).isEqualTo(ExitCode.ERROR);
            assertThat(child.said()).contains("ClassFormatError");
        }

        if (mode.equals("batch") && !thread.equals("deliveries")) {
            // a start that goes on takes its time
            return;
        }
        try (ChildRun next = ChildRun.start(folder, arguments(mode))) {
            assertThat(next.status()).as(next.said()).isEqualTo(ExitCode.SOME_FAILED);
        }
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(ITEMS);
    }
}
