package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What people do wrong, and what they are told: {@code mistakes/mistakes.yaml} has the command line, what the endpoint
 * answers, the exit status, and whole lines of what is said. In it {@code $IN}, {@code $OUT}, {@code $DIR}, {@code $URL}
 * and {@code $PORT} stand for what differs each time.
 */
@Tag("slow")
@Timeout(60)
class MistakesTest {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern ADDRESS = Pattern.compile("POST an item to (http://127\\.0\\.0\\.1:\\d+/)");
    private static final Pattern TOOK = Pattern.compile(" in \\d+\\.\\ds\\)");
    private static final String ITEMS = """
            {"id":"a1","text":"one"}
            {"id":"a2","text":"two"}
            {"id":"a3","text":"three"}
            """;

    @TempDir
    private Path folder;

    private record Mistake(Map<?, ?> of) {

        boolean has(String name) {
            return of.containsKey(name);
        }

        String text(String name, String other) {
            Object value = of.get(name);
            return value == null ? other : value.toString();
        }

        List<String> lines(String name) {
            List<String> lines = new ArrayList<>();
            if (of.get(name) instanceof List<?> list) {
                list.forEach(line -> lines.add(line.toString()));
            }
            return lines;
        }

        @Override
        public String toString() {
            return text("mistake", "?");
        }
    }

    static Stream<Arguments> mistakes() throws IOException {
        return all().stream().map(Arguments::of);
    }

    private static List<Mistake> all() throws IOException {
        try (InputStream in = MistakesTest.class.getResourceAsStream("/mistakes/mistakes.yaml")) {
            List<Mistake> all = new ArrayList<>();
            for (Object one : (List<?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in)) {
                all.add(new Mistake((Map<?, ?>) one));
            }
            return all;
        }
    }

    @Test
    void shouldHaveAtLeastFortyEachWithSomethingToSay() throws IOException {
        assertThat(all())
                .hasSizeGreaterThanOrEqualTo(40)
                .allSatisfy(one -> assertThat(one.lines("says").size() + (one.has("told") ? 1 : 0))
                        .as(one.toString())
                        .isPositive());
        assertThat(all()).extracting(Mistake::toString).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldSayWhatIsWrongAndHowToMendIt(Mistake mistake) throws Exception {
        try (TestApi api = api(mistake);
                ServerSocket silent = new ServerSocket(0)) {
            String url = mistake.text("api", "").equals("silent") ? local(silent) : url(mistake, api);
            write(mistake);
            String[] words = WORD.matcher(filled(mistake.text("command", ""), url))
                    .results()
                    .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                    .toArray(String[]::new);
            if (mistake.has("caller")) {
                tellCaller(mistake, words, url);
                return;
            }

            CommandRun run = CommandRun.withInput(mistake.text("stdin", ""), words);

            String said = run.err() + run.out();
            assertThat(run.status()).as(said).isEqualTo(Integer.parseInt(mistake.text("exit", "?")));
            assertThat(TOOK.matcher(said).replaceAll(" in 0.0s)").lines())
                    .as(said)
                    .containsAll(filled(mistake.lines("says"), url));
            assertThat(run.err()).doesNotContain("Exception", "\tat ");
        }
    }

    private static void tellCaller(Mistake mistake, String[] words, String url) throws Exception {
        try (CommandRun run = CommandRun.start(words)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> run.err().contains("stop with"));
            Matcher address = ADDRESS.matcher(run.err());
            assertThat(address.find()).as(run.err()).isTrue();
            String body = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.group(1)))
                                    .header("Content-Type", mistake.text("type", "application/json"))
                                    .POST(BodyPublishers.ofString(mistake.text("caller", "")))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            String detail = TestApi.JSON.readTree(body).path("detail").asText();
            assertThat(TOOK.matcher(detail).replaceAll(" in 0.0s)"))
                    .as(body)
                    .isEqualTo(mistake.text("told", "").replace("$URL", url));
        }
    }

    private TestApi api(Mistake mistake) throws Exception {
        TestApi.Behaviour behaviour = request -> {
            TestApi.Answer answer = mistake.has("answer")
                    ? TestApi.answer(Integer.parseInt(mistake.text("status", "200")), mistake.text("answer", ""))
                    : TestApi.echo(request);
            if (mistake.of.get("headers") instanceof Map<?, ?> headers) {
                for (Map.Entry<?, ?> header : headers.entrySet()) {
                    answer = answer.with(
                            header.getKey().toString(), header.getValue().toString());
                }
            }
            return answer;
        };
        if (!mistake.text("api", "").equals("tls")) {
            return TestApi.start(behaviour);
        }
        Certificates certificates = new Certificates(folder);
        Path key = certificates.key("api", "ip:127.0.0.1");
        return TestApi.startTls(certificates.context(key, key), false, behaviour);
    }

    private static String url(Mistake mistake, TestApi api) throws IOException {
        if (!mistake.text("api", "").equals("none")) {
            return api.url();
        }
        try (ServerSocket socket = new ServerSocket(0)) {
            return local(socket);
        }
    }

    private static String local(ServerSocket socket) {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/batch";
    }

    private void write(Mistake mistake) throws IOException {
        Charset charset = Charset.forName(mistake.text("encoding", "UTF-8"));
        Files.writeString(folder.resolve("items.jsonl"), mistake.text("items", ITEMS), charset);
        if (mistake.of.get("files") instanceof Map<?, ?> files) {
            for (Map.Entry<?, ?> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey().toString());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue().toString(), StandardCharsets.UTF_8);
            }
        }
    }

    private List<String> filled(List<String> texts, String url) {
        return texts.stream().map(text -> filled(text, url)).toList();
    }

    private String filled(String text, String url) {
        return text.replace("$IN", folder.resolve("items.jsonl").toString())
                .replace("$OUT", folder.resolve("results.jsonl").toString())
                .replace("$DIR", folder.toString())
                .replace("$URL", url)
                .replace("$PORT", Integer.toString(URI.create(url).getPort()));
    }
}
