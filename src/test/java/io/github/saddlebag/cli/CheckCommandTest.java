package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class CheckCommandTest {

    private static final String URL = "https://api.example.com/batch";

    @TempDir
    private Path folder;

    private Path items;

    @BeforeEach
    void writeItems() throws Exception {
        items = Files.writeString(folder.resolve("items.jsonl"), "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n");
    }

    private static CommandRun check(String... options) throws Exception {
        String[] args = new String[options.length + 1];
        args[0] = "check";
        System.arraycopy(options, 0, args, 1, options.length);
        return CommandRun.of(args);
    }

    @Test
    void shouldShowTheRequestOfTheFirstItemsAndSendNothing() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                CommandRun run = check("--url", api.url(), "--input", items.toString(), "--batch-size", "2")) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out())
                    .startsWith("POST " + api.url() + "\n")
                    .contains("\nContent-Type: application/json\n", "\n\n[{\"id\":1},{\"id\":2}]\n")
                    .doesNotContain("{\"id\":3}");
            assertThat(api.requests()).isEmpty();
        }
    }

    @Test
    void shouldAskForNoTokenEither() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                CommandRun run = check(
                        "--url",
                        URL,
                        "--input",
                        items.toString(),
                        "--set",
                        "saddlebag.auth.token-url=" + api.url(),
                        "--set",
                        "saddlebag.auth.client-id=me",
                        "--set",
                        "saddlebag.auth.client-secret=hush")) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("Authorization: Bearer ***\n");
            assertThat(api.requests()).isEmpty();
        }
    }

    @Test
    void shouldShowNoSecrets() throws Exception {
        try (CommandRun run = check(
                "--url",
                URL + "?apiKey=hush1&lang=de&x=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
                "--header",
                "Authorization: Bearer hush2",
                "--header",
                "X-Api-Key: hush3",
                "--header",
                "X-Tenant: seven",
                "--input",
                items.toString())) {
            assertThat(run.out() + run.err()).doesNotContain("hush", "Zm9v");
            assertThat(run.out())
                    .startsWith("POST " + URL + "?apiKey=***&lang=de&x=***\n")
                    .contains("Authorization: Bearer ***\n", "X-Api-Key: ***\n", "X-Tenant: seven\n");
        }
    }

    /** A request for a job, and one for its state, has it in its body; and here the answer has it as well. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"S | S", "hush | hush", "{{rpc.word}} | hush", "hu\\\"sh | hu\\\"sh", "{{rpc.none:hush}} | hush"})
    void shouldShowNoSecretsOfBodies(String setting, String secret) throws Exception {
        Files.writeString(items, "{\"id\":1,\"url\":\"http://files.example.com/Some\"}\n");
        Path config = Files.writeString(folder.resolve("own.properties"), "rpc.word=hush\n");
        Path answers = Files.write(
                folder.resolve("answers.jsonl"),
                List.of(
                        "{\"json\":[{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":\"g1\"}]}",
                        "{\"json\":[{\"id\":0,\"result\":{\"status\":\"complete\",\"x\":\"token:" + secret + "\"}}]}"));
        try (CommandRun run = check(
                "--profile=aria2-download",
                "--config=" + config,
                "--url=" + URL,
                "--input=" + items,
                "--answer=" + answers,
                "--set=saddlebag.job.poll-interval=1ms",
                "--set=aria2.secret=" + setting)) {
            assertThat(run.out()).as(run.err()).contains("aria2.addUri", "aria2.tellStatus", "/Some");
            assertThat(run.out().split("token:\\*\\*\\*", -1)).hasSize(4);
            assertThat(run.out()).doesNotContain("token:" + secret);
        }
    }

    @Test
    void shouldCompareWithWhatIsSentAndNotShowIt() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                "rpc.secret=hush\n" + "saddlebag.call.item={\"id\":${/id},\"t\":\"{{rpc.secret}}\"}\n");
        Files.writeString(folder.resolve("answer.json"), "[{\"id\":1},{\"id\":2},{\"id\":3}]");
        String sent = "[{\"id\":1,\"t\":\"hush\"},{\"id\":2,\"t\":\"hush\"},{\"id\":3,\"t\":\"hush\"}]\n";
        Files.writeString(folder.resolve("requests.txt"), sent);
        try (CommandRun run = check("--url", URL, "--cases", folder.toString())) {
            assertThat(run.status()).as(run.out()).isZero();
        }
        Files.writeString(folder.resolve("requests.txt"), sent.replace("hush", "other"));
        try (CommandRun run = check("--url", URL, "--cases", folder.toString())) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out()).contains("\"t\":\"***\"").doesNotContain("hush");
        }
    }

    @Test
    void shouldTellTheFateOfEachItemWithARecordedAnswer() throws Exception {
        Path answer =
                Files.writeString(folder.resolve("answer.json"), "[{\"id\":2,\"v\":\"b\"},{\"id\":1,\"v\":\"a\"}]");
        try (CommandRun run = check(
                "--url", URL, "--input", items.toString(), "--answer", answer.toString(), "--answer-result", "/v")) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out())
                    .contains(
                            "{\"id\":1,\"result\":\"a\"}\n{\"id\":2,\"result\":\"b\"}\n",
                            "{\"id\":3,\"error\":\"No answer for this item");
        }
    }

    @Test
    void shouldReadARecordedAnswerWithItsStatus() throws Exception {
        Path answer = Files.writeString(
                folder.resolve("answer.http"),
                "HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\n\r\n{\"title\":\"No key\"}");
        try (CommandRun run = check("--url", URL, "--input", items.toString(), "--answer", answer.toString())) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out()).contains("The endpoint answered 403", "The endpoint says: No key");
        }
    }

    @Test
    void shouldSayWhichCaseDiffersAndWhere() throws Exception {
        Files.writeString(folder.resolve("answer.json"), "[{\"id\":1},{\"id\":2},{\"id\":3}]");
        Files.writeString(
                folder.resolve("expected.jsonl"), "{\"id\":1,\"result\":{\"id\":1}}\n{\"id\":2,\"result\":7}\n");
        try (CommandRun run = check("--url", URL, "--cases", folder.toString())) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out())
                    .contains(
                            "expected.jsonl line 2: expected {\"id\":2,\"result\":7}",
                            "but got {\"id\":2,\"result\":{\"id\":2}}",
                            "line 3: expected nothing",
                            "1 cases, 1 differ");
        }
    }

    /** It cut what it read after so many lines, whatever they were. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "items.csv   | auto  | id,textN1,'aN,b'N2,cN3,d | [{'id':'1','text':'a~,b'},{'id':'2','text':'c'}]",
                "items.txt   | csv   | idN1N2N3                 | [{'id':'1'},{'id':'2'}]",
                "items.json  | auto  | [N{N'id': 1N},N{'id':2},{'id':3}N] | [{N'id': 1N},{'id':2}]",
                "items.json  | jsonl | {'id':1}NN{'id':2}N{'id':3}      | [{'id':1},{'id':2}]",
                "-           | csv   | idN1N2N3                 | [{'id':'1'},{'id':'2'}]",
            })
    void shouldReadItemsAsTheyAreReadInARun(String name, String format, String text, String body) throws Exception {
        String in = text.replace('\'', '"').replace('N', '\n');
        String from = name.equals("-")
                ? name
                : Files.writeString(folder.resolve(name), in).toString();
        String[] command = {"check", "--url", URL, "--input", from, "--format", format, "--first", "2"};
        try (CommandRun run = CommandRun.withInput(in, command)) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains(body.replace('\'', '"').replace("~", "\\n").replace('N', '\n') + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"key\":1} | no string or number at /id (saddlebag.item.id) | Try --id /key",
                "nonsense    | The item is refused                            | column",
            })
    void shouldFailWhereNoItemWouldEverBeSent(String line, String why, String cure) throws Exception {
        Files.write(items, List.of(line, line));
        try (CommandRun run = check("--url", URL, "--input", items.toString())) {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.out()).contains(why).contains(cure).doesNotContain("POST");
            assertThat(run.err()).contains("2 of 2 items fail before a request is made of them");
        }
        Files.write(items, List.of(line, "{\"id\":7}"));
        try (CommandRun run = check("--url", URL, "--input", items.toString())) {
            assertThat(run.status()).isZero();
            assertThat(run.out()).contains("[{\"id\":7}]", why);
            assertThat(run.err()).contains("1 of 2 items fail before a request is made of them");
        }
    }

    /** The properties of a run say where its results and dead letters go: check wrote there. */
    @Test
    void shouldLeaveTheFilesOfRunsAlone() throws Exception {
        Path precious = Files.writeString(folder.resolve("precious.jsonl"), "precious\n");
        Path letters = Files.writeString(folder.resolve("letters.jsonl"), "precious\n");
        Path answer = Files.writeString(folder.resolve("answer.json"), "[]");
        try (CommandRun run = check(
                "--url",
                URL,
                "--input",
                items.toString(),
                "--answer",
                answer.toString(),
                "--set",
                "saddlebag.deliver.file=" + precious,
                "--set",
                "saddlebag.dead-letter.file=" + letters,
                "--set",
                "saddlebag.deliver.to=none")) {
            assertThat(run.status()).as(run.err()).isEqualTo(3);
            assertThat(run.out()).contains("{\"id\":3,\"error\":\"No answer for this item");
        }
        assertThat(precious).content().isEqualTo("precious\n");
        assertThat(letters).content().isEqualTo("precious\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--traffic=-5         | --traffic -5.0: give",
                "--traffic=NaN        | --traffic NaN: give",
                "--first=0            | --first 0: give",
                "--answer=a.json      | give the items with --input",
                "--cases=x --input=y  | leave out --input and --answer",
            })
    void shouldRefuseOptionsThatMeanNothing(String options, String message) throws Exception {
        try (CommandRun run = check(("--url=" + URL + " " + options).split(" "))) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk", "[]", "{\"status\":\"abc\"}", "{\"status\":99}"})
    void shouldSayWhichLineIsNoAnswer(String line) throws Exception {
        Path answers = Files.write(folder.resolve("answers.jsonl"), List.of("{}", "", line));
        try (CommandRun run = check("--url", URL, "--input", items.toString(), "--answer", answers.toString())) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("answers.jsonl: line 3 is no answer; give {\"status\":200");
        }
    }

    @Test
    void shouldSayThatThereIsNoItem() throws Exception {
        Files.writeString(items, "\n\n");
        try (CommandRun run = check("--url", URL, "--input", items.toString())) {
            assertThat(run.status()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("items.jsonl has no items");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '~',
            value = {"id;aN1;x ~ ;", "id|aN1|x ~ |", "idTaN1Tx ~ tab", "idTaN1Tx ~ \\t"})
    void shouldSayWhatStandsBetweenFields(String text, String separator) throws Exception {
        Path file = Files.writeString(
                folder.resolve("items.csv"), text.replace('N', '\n').replace('T', '\t'));
        String named = text.contains("T") ? "tab" : "'" + separator + "'";
        try (CommandRun run = check("--url", URL, "--input", file.toString())) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("is one column", "--csv-separator " + named);
        }
        try (CommandRun run = check("--url", URL, "--input", file.toString(), "--csv-separator", separator)) {
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).contains("[{\"id\":\"1\",\"a\":\"x\"}]");
        }
        Files.writeString(file, "\"a;b\"\n1\n");
        try (CommandRun run = check("--url", URL, "--input", file.toString(), "--id", "/a;b")) {
            assertThat(run.out()).contains("[{\"a;b\":\"1\"}]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    void shouldRefuseToShowLessThanOneItem(String first) throws Exception {
        try (CommandRun run = check("--url", URL, "--input", items.toString(), "--first", first)) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("--first " + first + ": give a whole number from 1 on.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "saddlebag.call.format=bulc              | there is no bean saddlebagFormat-bulc | Did you mean bulk?",
                "saddlebag.call.mode=bach                | saddlebag.call.mode is 'bach' | batch, single and job",
                "saddlebag.call.bulk-action=upsert       | saddlebag.call.bulk-action is 'upsert' | give one of",
                "saddlebag.call.item=${itm}              | saddlebag.call.item is '${itm}' | a placeholder is",
                "saddlebag.call.envelope={\"a\":1}       | saddlebag.call.envelope is | ${items} once",
                "saddlebag.call.part-method=GET /x       | saddlebag.call.part-method | the name of a method",
                "saddlebag.call.part-url=/a b            | saddlebag.call.part-url | no spaces",
                "saddlebag.call.gzip=yes                 | saddlebag.call.gzip is 'yes' | true or false",
                "saddlebag.answer.match=failures         | saddlebag.answer.failures is empty | every item would count",
                "saddlebag.call.profile=opensearch-bluk  | opensearch-bluk | Did you mean opensearch-bulk?",
                "saddlebag.call.item={\"a\":{\"b\":${item}}} | saddlebag.call.item has two closing braces | put a space between them"
            })
    void shouldNotAcceptWhatIsWrong(String setting, String what, String cure) throws Exception {
        try (CommandRun run = check("--url", URL, "--set", setting)) {
            assertThat(run.status()).as(run.err()).isEqualTo(2);
            assertThat(run.err()).contains(what).contains(cure);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "saddlebag.call.response-timeout=20m     | is longer than saddlebag.call.deadline (10m)",
                "saddlebag.batch.max-in-flight=100       | is less than concurrency times max-items (800)",
                "saddlebag.call.back-off=40s             | is longer than saddlebag.call.max-back-off (30s)",
                "saddlebag.call.bulk-index=books         | no effect with the format json-array, but with bulk",
                "saddlebag.call.http-version=2         | with the mode batch: it is for the mode single",
                "saddlebag.job.poll-url=/jobs/<id>       | with the mode batch: it is for the mode job",
                "saddlebag.breaker.minimum-number-of-calls=30        | is more than saddlebag.breaker.sliding-window-size (20)",
                "saddlebag.call.retry-statuses=400,503   | both have [400]"
            })
    void shouldWarnOfWhatIsProbablyNotMeant(String setting, String warning) throws Exception {
        try (CommandRun run = check("--strict", "--url", URL, "--set", setting)) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("error: ").contains(warning);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch.max-items=5                | batch.max-items is no property. Did you mean saddlebag.batch.max-items?",
                "saddlebag.batch.max-item=5       | saddlebag.batch.max-item is no property. Did you mean saddlebag.batch.max-items?",
                "saddlebag.call.mode=sngle        | saddlebag.call.mode is 'sngle': there is no route saddlebag-call-sngle; the modes are batch, single and job. Did you mean single?"
            })
    void shouldRefuseWhatDoesNotExist(String setting, String message) throws Exception {
        for (String command : List.of("check", "run")) {
            CommandRun run = CommandRun.of(command, "--url", URL, "--set", setting);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains(message);
        }
    }

    @Test
    void shouldWarnOfLimitsThatTheModeSingleHasPerHost() throws Exception {
        try (CommandRun run =
                check("--strict", "--url", URL, "--mode", "single", "--set", "saddlebag.call.rate-per-key=3")) {
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("saddlebag.call.rate-per-key (3) has no effect with the mode single");
        }
    }

    @Test
    void shouldWarnOfAWindowThatTheTrafficCannotFill() throws Exception {
        try (CommandRun run = check("--url", URL, "--traffic", "20")) {
            assertThat(run.status()).isZero();
            assertThat(run.err()).contains("warning: At 20 items per second", "gathers about 1 of at most 100 items");
        }
        try (CommandRun run = check("--url", URL, "--traffic", "10000")) {
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void shouldSayNothingOfWhatShips() throws Exception {
        try (CommandRun run = check("--strict", "--url", URL)) {
            assertThat(run.status()).isZero();
            assertThat(run.out() + run.err()).isEmpty();
        }
    }

    @Test
    void shouldLetFlagsWinOverTheFileAndTheFileOverTheProfile() throws Exception {
        Path config = Files.writeString(
                folder.resolve("my.properties"),
                "saddlebag.call.profile=openai-embeddings\n"
                        + "saddlebag.batch.max-items=2\n"
                        // as it was shipped, and so it says nothing
                        + "saddlebag.answer.match=id\n"
                        + "saddlebag.call.url=https://api.example.com/v1/embeddings\n");
        Files.write(
                items,
                IntStream.range(0, 5)
                        .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"a\"}")
                        .toList());
        try (CommandRun run = check("--config", config.toString(), "--input", items.toString())) {
            assertThat(run.out()).contains("\"input\":[\"a\",\"a\"]");
        }
        try (CommandRun run = check(
                "--config",
                config.toString(),
                "--input",
                items.toString(),
                "--batch-size",
                "3",
                "--set",
                "openai.model=big")) {
            assertThat(run.out()).contains("{\"model\":\"big\",\"input\":[\"a\",\"a\",\"a\"] }");
        }
    }
}
