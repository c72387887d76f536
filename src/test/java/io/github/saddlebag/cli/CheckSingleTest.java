package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the requests of items would be, where each item is one. */
@Tag("slow")
@Timeout(120)
class CheckSingleTest {

    private static final String URL = "https://api.example.com/v1/geocode";
    private static final List<String> MIXED = List.of(
            "{\"id\":\"a\",\"address\":\"1 Mill Lane\"}",
            "\"/geocode?address=2%20Mill%20Lane\"",
            "[\"/geocode\",{\"address\":[\"3\",\"4\"],\"x\":\"ü\"}]",
            "{\"id\":\"d\",\"url\":\"/g\",\"method\":\"PUT\",\"headers\":{\"X-Trace\":\"7\"},\"json\":{\"a\": 1}}",
            "{\"id\":\"e\",\"url\":\"/g\",\"data\":{\"a\":\"b c\"},\"params\":{\"q\":\"1\"}}",
            "{\"id\":\"f\",\"url\":\"/g\",\"method\":\"DELETE\"}");

    @TempDir
    private Path folder;

    private CommandRun check(List<String> lines, String... options) throws Exception {
        Path items = Files.write(folder.resolve("items.jsonl"), lines);
        Stream<String> begin = Stream.of("check", "--mode", "single", "--input", items.toString());
        return CommandRun.of(Stream.concat(begin, Stream.of(options)).toArray(String[]::new));
    }

    private record Shown(String line, Map<String, String> headers, String body) {}

    private static List<Shown> shown(String out) {
        List<Shown> all = new ArrayList<>();
        List<String> lines = out.lines().toList();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at++);
            Map<String, String> headers = new TreeMap<>();
            while (!lines.get(at).isEmpty()) {
                String[] field = lines.get(at++).split(": ", 2);
                headers.put(field[0].toLowerCase(Locale.ROOT), field[1]);
            }
            at++;
            boolean more = at < lines.size() && !lines.get(at).matches("[A-Z]+ http.*");
            all.add(new Shown(line, headers, more ? lines.get(at) : ""));
            at += more ? 2 : 0;
        }
        return all;
    }

    /** Each item is sent for real as well: that is what has to be shown. */
    @Test
    void shouldShowWhatWouldBeSent() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(200, "{}"))) {
            String[] flags = {
                "--url", api.url() + "?lang=de", "--header", "X-Tenant: seven", "--set", "saddlebag.call.query.v=1"
            };
            List<Shown> shown;
            try (CommandRun run = check(MIXED, flags)) {
                assertThat(run.status()).as(run.err()).isZero();
                assertThat(run.err()).isEmpty();
                shown = shown(run.out());
            }
            assertThat(api.requests()).isEmpty();

            Stream<String> command = Stream.of(
                    "process",
                    "--mode=single",
                    "--concurrency=1",
                    "--set=saddlebag.batch.max-in-flight=1",
                    "--input",
                    folder.resolve("items.jsonl").toString(),
                    "--output",
                    folder.resolve("results.jsonl").toString());
            CommandRun.of(Stream.concat(command, Stream.of(flags)).toArray(String[]::new));

            assertThat(shown).hasSameSizeAs(MIXED);
            for (int i = 0; i < MIXED.size(); i++) {
                TestApi.Request real = api.requests().get(i);
                Map<String, String> headers = new TreeMap<>(real.headers());
                headers.keySet().removeAll(List.of("host", "content-length"));
                String root = "http://127.0.0.1:" + api.port();
                assertThat(shown.get(i))
                        .isEqualTo(new Shown(
                                real.method() + ' ' + root + real.target().replace("v=1", "v=***"),
                                headers,
                                real.text()));
            }
        }
    }

    @Test
    void shouldShowNoSecrets() throws Exception {
        try (CommandRun run = check(
                List.of(
                        "{\"id\":\"a\",\"url\":\"/x?apiKey=hush1\",\"headers\":{\"X-Api-Key\":\"hush2\"}}",
                        "{\"id\":\"b\",\"url\":\"https://other.example.org/?token=hush3\"}"),
                "--url",
                URL,
                "--header",
                "Authorization: Bearer hush4",
                "--set",
                "saddlebag.call.query.sig=hush5")) {
            assertThat(run.out() + run.err()).doesNotContain("hush");
            List<Shown> shown = shown(run.out());
            assertThat(shown.get(0).line()).isEqualTo("GET https://api.example.com/x?apiKey=***&sig=***");
            assertThat(shown.get(0).headers()).containsEntry("authorization", "Bearer ***");
            assertThat(shown.get(1).line()).isEqualTo("GET https://other.example.org/?token=***");
            assertThat(shown.get(1).headers()).doesNotContainKey("authorization");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'http://127.0.0.1:9/'                                 | its address is none of the public Internet",
                "'http://localhost:9/'                                 | its address is none of the public Internet",
                "'http://2130706433/'                                  | has no valid host",
                "'ftp://example.com/'                                  | begins neither with http://",
                "{'url':'/x','headers':{'A':'b\\r\\nHost: evil'}}      | has a line break",
                "{'url':'/x','headers':{'Host':'evil'}}                | leave it out",
                "{'url':'/x','json':1,'data':'x'}                      | a request has one body",
                "{'no':1}                                              | The item is no request"
            })
    void shouldSayWhichItemsAreRefusedAndWhy(String item, String why) throws Exception {
        List<String> lines = List.of(item.replace('\'', '"'), "\"/fine\"");
        try (CommandRun run = check(lines, "--url", URL, "--items", "requests")) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("GET https://api.example.com/fine\n")
                    .containsPattern("\\{\"id\":1,\"error\":\".*" + Pattern.quote(why) + ".*\"}\n")
                    .doesNotContain("\"id\":2");
        }
    }

    @Test
    void shouldSayWhatIsKnownOnlyWhenItIsConnectedTo() throws Exception {
        List<String> lines = List.of("\"https://other.example.org/\"", "\"/x\"");
        try (CommandRun run = check(lines, "--url", URL)) {
            assertThat(run.status()).isZero();
            assertThat(run.err())
                    .contains("other.example.org: where a name leads to", "only when it is connected to")
                    .doesNotContain("api.example.com");
        }
        try (CommandRun run = check(lines, "--url", URL, "--allow-hosts", "third.example.org")) {
            assertThat(run.out()).contains("The host other.example.org:443 is refused: it is not allowed.");
        }
        try (CommandRun run = check(lines, "--url", URL, "--allow-hosts", "10.0.0.0/8")) {
            assertThat(run.out()).contains("GET https://other.example.org/\n").doesNotContain("refused");
        }
    }

    @Test
    void shouldShowTenWhereItIsNotSaidHowMany() throws Exception {
        List<String> lines = Stream.iterate(1, i -> i + 1)
                .limit(30)
                .map(i -> "{\"id\":" + i + "}")
                .toList();
        try (CommandRun run = check(lines, "--url", URL)) {
            assertThat(shown(run.out())).hasSize(10);
        }
        try (CommandRun run = check(lines, "--url", URL, "--first", "2")) {
            assertThat(shown(run.out())).hasSize(2);
        }
    }

    /** Hosts take turns when requests are made for real: an answer would go to another item. */
    @Test
    void shouldGiveEachRequestItsAnswerInTurn() throws Exception {
        Path answers = Files.writeString(folder.resolve("answers.jsonl"), """
                {"json":{"v":1}}
                {"status":302,"headers":{"Location":"https://third.example.org/"}}
                {"json":{"v":2}}
                {"status":503,"headers":{"Retry-After":"30"}}
                {"json":{"v":3}}
                {"status":404,"json":{"title":"No such street"}}
                """);
        try (CommandRun run = check(
                List.of(
                        "{\"id\":\"a\"}",
                        "{\"id\":\"b\",\"url\":\"https://other.example.org/b\"}",
                        "{\"id\":\"r\",\"url\":\"http://10.0.0.1/\"}",
                        "{\"id\":\"c\"}",
                        "{\"id\":\"d\"}"),
                "--url",
                URL,
                "--answer",
                answers.toString(),
                "--answer-result",
                "/v")) {
            assertThat(run.status()).as(run.err()).isEqualTo(3);
            assertThat(run.outLines().stream().filter(line -> line.matches("[A-Z]+ http.*")))
                    .containsExactly(
                            "POST " + URL,
                            "GET https://other.example.org/b",
                            "GET https://third.example.org/",
                            "POST " + URL,
                            "POST " + URL,
                            "POST " + URL);
            assertThat(run.out())
                    .contains("{\"id\":\"a\",\"result\":1}\n{\"id\":\"b\",\"result\":2}\n{\"id\":\"r\",\"error\":")
                    .contains("{\"id\":\"c\",\"result\":3}\n{\"id\":\"d\",\"error\":", "404", "No such street");
        }
    }

    @Test
    void shouldRunCases() throws Exception {
        Files.write(folder.resolve("items.jsonl"), List.of("{\"id\":\"a\",\"n\":1}", "\"/b\""));
        Files.writeString(folder.resolve("application.properties"), "saddlebag.call.mode=single\n");
        Files.writeString(folder.resolve("answers.jsonl"), "{\"json\":1}\n{\"status\":410}\n");
        Files.writeString(
                folder.resolve("requests.txt"),
                "POST " + URL + "\n{\"id\":\"a\",\"n\":1}\nGET https://api.example.com/b\n");
        Files.writeString(
                folder.resolve("expected.jsonl"), "{\"id\":\"a\",\"result\":1}\n{\"id\":2,\"error\":\"410\"}\n");
        try (CommandRun run = CommandRun.of("check", "--url", URL, "--cases", folder.toString())) {
            assertThat(run.status()).as(run.out() + run.err()).isZero();
        }
        try (CommandRun run = CommandRun.of("check", "--url", URL, "--items", "data", "--cases", folder.toString())) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out()).contains("requests.txt line 3: expected GET https://api.example.com/b");
        }
    }
}
