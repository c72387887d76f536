package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files through all routes: each folder of {@code cases} is one.
 *
 * <ul>
 *   <li>{@code items.jsonl}: the input
 *   <li>{@code application.properties}: properties that differ from those of {@link Bundle#all}
 *   <li>{@code answers.jsonl}: what the endpoint does with each request in turn, the last line for all that follow:
 *       {@code status}, {@code headers}, {@code delivery}, and a body as {@code json} or as {@code text}; without one, it
 *       echoes. A line with {@code when} stands for each request, or the first {@code times} of them, that has this text
 *       in its body or address, and for no turn. Without the file it echoes always.
 *   <li>{@code expected.jsonl}: the result lines, byte for byte; of an error line the text may say more
 *   <li>{@code expected-failed.jsonl}: fields of the dead letters; their texts may say more. Without it there are none.
 *   <li>{@code requests.jsonl}: the bodies of the requests, byte for byte, where that matters
 *   <li>{@code requests-at-most.txt}: how many there may be
 * </ul>
 *
 * {@code <<70000*x>>} stands for a long run of one character, {@code <url>} for the endpoint.
 */
@Timeout(120)
class FlowCasesTest {

    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final Pattern RUN = Pattern.compile("<<(\\d+)\\*(.)>>");

    private static final Pattern TIME = Pattern.compile("(?<=\"time\":\")20\\d\\d-[0-9T:.-]+Z(?=\")");
    private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/batch");

    @TempDir
    private Path folder;

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldGiveEachItemItsOneFate(String name) throws Exception {
        Path given = CASES.resolve(name);
        Path input = Files.write(folder.resolve("items.jsonl"), bytes(given.resolve("items.jsonl")));
        Path results = folder.resolve("results.jsonl");
        Path deadLetters = folder.resolve("failed.jsonl");
        Properties properties = properties(given);

        List<Request> requests = run(given, properties, input, results, deadLetters);

        List<String> actual = lines(results);
        actual.replaceAll(line -> URL.matcher(line).replaceAll("<url>"));
        actual.replaceAll(line -> TIME.matcher(line).replaceAll("<time>"));
        List<String> expected = lines(given.resolve("expected.jsonl"));
        if ("false".equals(properties.get("saddlebag.deliver.ordered"))) {
            actual.sort(Comparator.naturalOrder());
            expected.sort(Comparator.naturalOrder());
        }
        assertThat(actual).as("result lines").hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertResult(expected.get(i), actual.get(i));
        }
        assertDeadLetters(given.resolve("expected-failed.jsonl"), deadLetters);
        assertOneFateEach(input, actual, deadLetters);
        if (Files.exists(given.resolve("requests.jsonl"))) {
            assertThat(requests).extracting(Request::text).isEqualTo(lines(given.resolve("requests.jsonl")));
        }
        if (Files.exists(given.resolve("requests-at-most.txt"))) {
            int most =
                    Integer.parseInt(text(given.resolve("requests-at-most.txt")).strip());
            assertThat(requests).hasSizeLessThanOrEqualTo(most);
        }
    }

    private static List<Request> run(Path given, Properties properties, Path input, Path results, Path deadLetters)
            throws Exception {
        try (TestApi api = TestApi.start(behaviour(given.resolve("answers.jsonl")));
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.breaker.wait-duration-in-open-state", "200ms")
                        .with("saddlebag.deliver.file", results)
                        .with("saddlebag.dead-letter.file", deadLetters)) {
            properties.forEach((key, value) -> bundle.with(key.toString(), value));
            Exchange exchange = bundle.start()
                    .template()
                    .send(
                            "direct:saddlebag-read",
                            message -> message.getMessage().setBody(input));
            assertThat(exchange.getException()).isNull();
            return List.copyOf(api.requests());
        }
    }

    private static Properties properties(Path given) throws IOException {
        Properties properties = new Properties();
        Path file = given.resolve("application.properties");
        if (Files.exists(file)) {
            properties.load(Files.newBufferedReader(file));
        }
        return properties;
    }

    private static TestApi.Behaviour behaviour(Path script) throws IOException {
        if (!Files.exists(script)) {
            return TestApi::echo;
        }
        List<JsonNode> turns = new ArrayList<>();
        List<JsonNode> rules = new ArrayList<>();
        for (String line : lines(script)) {
            JsonNode turn = json(line);
            (turn.has("when") ? rules : turns).add(turn);
        }
        int[] used = new int[rules.size()];
        int[] turnsUsed = {0};
        return request -> {
            JsonNode turn = turn(request, turns, turnsUsed, rules, used);
            Answer echo = turn.has("json")
                    ? TestApi.json(turn.path("json"))
                    : turn.has("text") ? TestApi.answer(200, turn.path("text").asText()) : TestApi.echo(request);
            Answer answer = new Answer(
                    turn.path("status").asInt(200),
                    echo.headers(),
                    echo.body(),
                    Delivery.valueOf(turn.path("delivery").asText("WHOLE")),
                    0);
            for (var header : turn.path("headers").properties()) {
                answer = answer.with(header.getKey(), header.getValue().asText());
            }
            return answer;
        };
    }

    private static JsonNode turn(
            Request request, List<JsonNode> turns, int[] turnsUsed, List<JsonNode> rules, int[] used) {
        String said = request.target() + ' ' + request.text();
        synchronized (rules) {
            for (int i = 0; i < used.length; i++) {
                JsonNode rule = rules.get(i);
                if (said.contains(rule.path("when").asText())
                        && used[i] < rule.path("times").asInt(Integer.MAX_VALUE)) {
                    used[i]++;
                    return rule;
                }
            }
            return turns.isEmpty()
                    ? TestApi.JSON.createObjectNode()
                    : turns.get(Math.min(++turnsUsed[0], turns.size()) - 1);
        }
    }

    private static void assertResult(String expectedLine, String line) {
        JsonNode expected = json(expectedLine);
        if (!expected.has("error")) {
            assertThat(line).isEqualTo(expectedLine);
            return;
        }
        JsonNode actual = json(line);
        assertThat(actual.fieldNames()).toIterable().containsExactlyElementsOf(expected::fieldNames);
        assertFields(expected, actual);
    }

    private static void assertDeadLetters(Path expectedFile, Path file) throws IOException {
        if (!Files.exists(expectedFile)) {
            assertThat(file).doesNotExist();
            return;
        }
        List<String> expected = lines(expectedFile);
        List<String> actual = lines(file);
        assertThat(actual).as("dead letters").hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertFields(json(expected.get(i)), json(actual.get(i)));
        }
    }

    private static void assertFields(JsonNode expected, JsonNode actual) {
        for (var field : expected.properties()) {
            JsonNode value = actual.path(field.getKey());
            if (List.of("error", "reason", "detail").contains(field.getKey())) {
                assertThat(value.asText()).contains(field.getValue().asText());
            } else {
                assertThat(value).as(field.getKey()).isEqualTo(field.getValue());
            }
        }
    }

    private static void assertOneFateEach(Path input, List<String> results, Path deadLetters) throws IOException {
        long items = text(input).lines().filter(line -> !line.isBlank()).count();
        long errors = results.stream().filter(line -> json(line).has("error")).count();
        assertThat(results).hasSize((int) items);
        assertThat(Files.exists(deadLetters) ? lines(deadLetters).size() : 0).isEqualTo((int) errors);
    }

    private static List<String> lines(Path file) throws IOException {
        return new ArrayList<>(
                new String(bytes(file), StandardCharsets.UTF_8).lines().toList());
    }

    /** The file's bytes, the runs written out. */
    private static byte[] bytes(Path file) throws IOException {
        String text = text(file);
        return RUN.matcher(text)
                .replaceAll(run -> run.group(2).repeat(Integer.parseInt(run.group(1))))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The file's bytes, each as one character. */
    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static JsonNode json(String line) {
        try {
            return TestApi.JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }
}
