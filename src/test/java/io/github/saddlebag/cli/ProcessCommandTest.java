package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One file in, one file out: what is written, what is printed, and the exit status. */
@Tag("slow")
@Timeout(120)
class ProcessCommandTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path input;
    private Path output;
    private Path letters;

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(3));
        output = folder.resolve("results.jsonl");
        letters = folder.resolve("results.jsonl.failed.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String... more) throws Exception {
        return processTo(api.url(), more);
    }

    private CommandRun processTo(String url, String... more) throws Exception {
        return CommandRun.of(arguments(url, more));
    }

    private String[] arguments(String url, String... more) {
        return Stream.concat(
                        Stream.of("process", "--input", input.toString(), "--output", output.toString(), "--url", url),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private List<String> results() throws IOException {
        return Files.readAllLines(output);
    }

    private static String line(String item) {
        String id = item.substring(0, item.indexOf(','));
        return id + ",\"result\":" + id + ",\"result\":\"r:" + item.substring(item.lastIndexOf(":\"") + 2) + "}";
    }

    @Test
    void shouldLeaveTheOtherSourcesAlone() throws Exception {
        Path config = Files.writeString(
                folder.resolve("application.properties"),
                "saddlebag.source.http.enabled=true\nsaddlebag.source.http.port=" + api.port()
                        + "\nsaddlebag.source.kafka.enabled=true\nsaddlebag.source.timer.enabled=true\n"
                        + "saddlebag.source.timer.list=" + input + "\n");

        CommandRun run = process("--config", config.toString());

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(api.requests().stream()
                        .mapToInt(request -> request.ids().size())
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void shouldTakeAFlagBeforeAPropertyOfTheJvmAndThatBeforeTheFile() throws Exception {
        Path config = Files.writeString(
                folder.resolve("application.properties"),
                "saddlebag.call.header.X-Jvm=file\nsaddlebag.call.header.X-Flag=file\nsaddlebag.call.max-attempts=1\n");
        System.setProperty("saddlebag.call.header.X-Jvm", "jvm");
        System.setProperty("saddlebag.call.header.X-Flag", "jvm");
        System.setProperty("saddlebag.call.url", "http://127.0.0.1:1/nobody");
        System.setProperty("saddlebag.call.idempotency-header", "X-Key");
        try {
            CommandRun run = process("--config", config.toString(), "--header", "X-Flag: flag");

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(api.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.headers())
                            .containsEntry("x-jvm", "jvm")
                            .containsEntry("x-flag", "flag")
                            .containsKey("x-key"));
        } finally {
            System.getProperties().keySet().removeIf(key -> key.toString().startsWith("saddlebag.call."));
        }
    }

    @Test
    void shouldNameThePropertyThatIsMeantByOneInCamelCase() throws Exception {
        Path config = Files.writeString(folder.resolve("application.properties"), "saddlebag.call.maxAttempts=1\n");

        CommandRun run = process("--config", config.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("saddlebag.call.maxAttempts is no property. Did you mean saddlebag.call.max-attempts?");
    }

    @Test
    void shouldWriteEachItemsAnswerInTheOrderOfTheInputAndSumUp() throws Exception {
        Files.write(input, items(250));

        CommandRun run = process("--batch-size", "20", "--linger-ms", "5", "--concurrency", "4");

        assertThat(run.status()).isZero();
        assertThat(results())
                .containsExactlyElementsOf(
                        items(250).stream().map(ProcessCommandTest::line).toList());
        assertThat(letters).doesNotExist();
        assertThat(api.requests()).hasSize(13);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(4);
        assertThat(run.outLines()).hasSize(1);
        JsonNode summary = run.summary();
        assertThat(summary.fieldNames())
                .toIterable()
                .containsExactly("items", "seconds", "items_per_s", "errors", "peak_rss_kb", "cpu_s");
        assertThat(summary.path("items").intValue()).isEqualTo(250);
        assertThat(summary.path("errors").intValue()).isZero();
        assertThat(summary.path("seconds").doubleValue()).isPositive();
        assertThat(summary.path("items_per_s").doubleValue()).isPositive();
        assertThat(summary.path("peak_rss_kb").longValue()).isGreaterThan(1000);
        assertThat(summary.path("cpu_s").doubleValue()).isPositive();
    }

    @Test
    void shouldWriteResultsToStdoutAndTheSummaryAfterThem() throws Exception {
        CommandRun run = CommandRun.of(
                "process",
                "--input",
                input.toString(),
                "--output",
                "-",
                "--url",
                api.url(),
                "--dead-letters",
                letters.toString());

        assertThat(run.status()).isZero();
        assertThat(run.outLines()).hasSize(4);
        assertThat(run.outLines().subList(0, 3))
                .containsExactlyElementsOf(
                        items(3).stream().map(ProcessCommandTest::line).toList());
        assertThat(run.summary().path("items").intValue()).isEqualTo(3);
    }

    @Test
    void shouldReadItemsFromStdin() throws Exception {
        CommandRun run = CommandRun.withInput(
                item("a") + "\n" + item("b"),
                "process",
                "--input",
                "-",
                "--output",
                output.toString(),
                "--url",
                api.url());

        assertThat(run.status()).isZero();
        assertThat(results()).containsExactly(line(item("a")), line(item("b")));
    }

    @Test
    void shouldWriteAsCompletedWhereThatIsAskedFor() throws Exception {
        List<String> all = items(600);
        Files.write(input, all);
        CountDownLatch others = new CountDownLatch(500);
        api.behave(request -> {
            request.ids().forEach(id -> others.countDown());
            if (request.ids().contains("i50")) {
                others.await();
            }
            return TestApi.echo(request).after(request.ids().contains("i50") ? 100 : 0);
        });

        CommandRun run = process("--as-completed", "--batch-size", "10");

        assertThat(run.status()).isZero();
        assertThat(results())
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(ProcessCommandTest::line).toList());
        assertThat(results().indexOf(line(item("i50")))).isGreaterThan(60);
    }

    @Test
    void shouldExitWith3WhereSomeItemsFailedAndKeepThemWithTheirReasons() throws Exception {
        api.behave(request -> {
            List<String> ids = request.ids();
            return ids.contains("i2") ? TestApi.answer(400, "{\"detail\":\"bad\"}") : TestApi.echo(request);
        });

        CommandRun run = process("--batch-size", "1", "--concurrency", "1", "--details");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.summary().path("items").intValue()).isEqualTo(3);
        assertThat(run.summary().path("errors").intValue()).isEqualTo(1);
        assertThat(results().get(0))
                .startsWith(line(item("i1")).replaceAll("}$", "") + ",\"success\":true,\"status\":200,\"url\":\""
                        + api.url() + "\",\"attempts\":1,\"time\":\"20")
                .endsWith("Z\",\"source\":\"items.jsonl\"}");
        assertThat(results().get(1))
                .contains("400")
                .contains(
                        ",\"success\":false,\"status\":400,\"url\":\"" + api.url() + "\",\"attempts\":1,\"time\":\"20")
                .endsWith("Z\",\"source\":\"items.jsonl\"}");
        assertThat(Files.readAllLines(letters)).singleElement().asString().contains("\"id\":\"i2\"", "\"bad\"");
    }

    @Test
    void shouldKeepDeadLettersWhereItIsTold() throws Exception {
        Files.write(input, List.of("no json"));
        Path told = folder.resolve("told.jsonl");

        CommandRun run = process("--dead-letters", told.toString());

        assertThat(run.status()).isEqualTo(3);
        assertThat(told).isNotEmptyFile();
        assertThat(letters).doesNotExist();
    }

    @Test
    void shouldSendHeaders() throws Exception {
        process("--header", "Authorization: Bearer a:b=c", "--header", "X-Tenant:blue", "--header", "X-Empty:");

        assertThat(api.requests().get(0).headers())
                .containsEntry("authorization", "Bearer a:b=c")
                .containsEntry("x-tenant", "blue")
                .containsEntry("x-empty", "");
    }

    @Test
    void shouldTakePropertiesFromAFileAndLetOptionsWin() throws Exception {
        Path config = Files.writeString(
                folder.resolve("my.properties"),
                "saddlebag.batch.max-items=1\nsaddlebag.call.header.X-Of=file\nsaddlebag.call.header.X-From=file\n");

        process("--config", config.toString(), "--set", "saddlebag.call.header.X-Of=option");

        assertThat(api.requests()).hasSize(3);
        assertThat(api.requests().get(0).headers())
                .containsEntry("x-of", "option")
                .containsEntry("x-from", "file");
    }

    @Test
    void shouldFindIdsAndResultsByPointers() throws Exception {
        Files.write(input, List.of("{\"meta\":{\"key\":\"a\"}}", "{\"meta\":{\"key\":7}}"));
        api.behave(
                request -> TestApi.answer(200, "[{\"ref\":7,\"out\":{\"v\":[2]}},{\"ref\":\"a\",\"out\":{\"v\":1}}]"));

        CommandRun run = process("--id", "/meta/key", "--answer-id", "/ref", "--answer-result", "/out/v");

        assertThat(run.status()).isZero();
        assertThat(results()).containsExactly("{\"id\":\"a\",\"result\":1}", "{\"id\":7,\"result\":[2]}");
    }

    @Test
    void shouldSpendARatePerMinuteEvenly() throws Exception {
        process("--rate", "100/1m", "--batch-size", "1");

        assertThat(api.requests()).hasSize(3);
        // the first request is late: it loads classes
        assertThat(api.mostWithin(300)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate=0", "--rate=1000"})
    void shouldTakeARate(String rate) throws Exception {
        assertThat(process(rate).status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "items.json  | auto  | [{'id':'a','text':'ta'},N{'id':'b','text':'tb'}]",
                "items.csv   | auto  | id,textNa,taNb,tb",
                "items.txt   | csv   | id,textNa,taNb,tb",
                "items.csv   | jsonl | {'id':'a','text':'ta'}N{'id':'b','text':'tb'}",
            })
    void shouldReadItemsOfOtherForms(String name, String format, String text) throws Exception {
        input = Files.writeString(folder.resolve(name), text.replace('\'', '"').replace('N', '\n'));

        CommandRun run = process("--format", format);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(results()).containsExactly(line(item("a")), line(item("b")));
    }

    /** Equal lines too: each has an answer of its own. */
    @Test
    void shouldSendPlainLinesThatAreTheirOwnIds() throws Exception {
        input = Files.write(
                folder.resolve("addresses.txt"), List.of("12 Mill Lane", "Hill \"7\"", "12 Mill Lane", "x"));
        api.behave(request -> {
            ArrayNode answers = TestApi.JSON.createArrayNode();
            for (JsonNode text : request.json()) {
                answers.insertObject(0)
                        .put("length", text.textValue().length())
                        .putObject("query")
                        .set("text", text);
            }
            return TestApi.json(answers);
        });

        CommandRun run = process("--id", "", "--answer-id", "/query/text", "--answer-result", "/length");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(results())
                .containsExactly(
                        "{\"id\":\"12 Mill Lane\",\"result\":12}",
                        "{\"id\":\"Hill \\\"7\\\"\",\"result\":8}",
                        "{\"id\":\"12 Mill Lane\",\"result\":12}",
                        "{\"id\":\"x\",\"result\":1}");
    }

    @Test
    void shouldSayWhatIsWrongWithAnInputOfWhichNothingCanBeRead() throws Exception {
        Files.write(input, List.of("a,a", "1,2"));

        CommandRun run = process("--format", "csv");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("The header of the CSV file names \"a\" twice.");
        assertThat(output).doesNotExist();
    }

    @Test
    void shouldNotStartWithoutAnAddress() throws Exception {
        CommandRun run = CommandRun.of("process", "--input", input.toString(), "--output", output.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.call.url is not set", "--url");
        assertThat(output).doesNotExist();
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldNameTheFileThatSaysWhereItGoes() throws Exception {
        Path config = Files.writeString(folder.resolve("my.properties"), "saddlebag.call.url=" + api.url() + "\n");

        CommandRun run = CommandRun.of(
                "process",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--answer-result",
                "/result",
                "--config",
                config.toString());

        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("the properties are those of " + config);
    }

    @Test
    void shouldTakeThePropertiesOfTheFolderItIsStartedIn() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                "saddlebag.call.url=" + api.url() + "\nsaddlebag.answer.result=/result\n");

        try (ChildRun run = ChildRun.start(
                folder,
                "cd '" + folder + "' && ",
                List.of("process", "--input", input.toString(), "--output", output.toString()))) {
            assertThat(run.status()).as(run.said()).isZero();
            assertThat(run.said())
                    .contains("the properties are those of " + folder.resolve("application.properties") + ".");
        }
        assertThat(api.requests()).isNotEmpty();
    }

    /** What another mode would read is told once, and flags that every mode has are silent. */
    @Test
    void shouldSayOnceWhatHasNoEffectInTheMode() throws Exception {
        Path config = Files.writeString(
                folder.resolve("my.properties"), "saddlebag.job.poll-url=/x/<id>\nsaddlebag.single.items=data\n");

        CommandRun run = CommandRun.of(
                "process",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--url",
                api.url(),
                "--answer-result",
                "/result",
                "--mode=batch",
                "--linger-ms=5",
                "--config",
                config.toString());

        assertThat(run.status()).isZero();
        assertThat(run.err().lines().filter(line -> line.contains("no effect")))
                .singleElement()
                .asString()
                .contains("the mode batch", "saddlebag.job.poll-url", "saddlebag.single.items");
    }

    @Test
    void shouldLeaveNothingBesideItsFilesButThatItIsFinished() throws Exception {
        process();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.toString().endsWith(".lock")))
                    .containsExactlyInAnyOrder(input, output, folder.resolve("results.jsonl.checkpoint"));
        }
    }

    @Test
    void shouldEndWith1WhereTheOutputBreaksOff() throws Exception {
        output = Path.of("/dev/full");

        CommandRun run = process("--dead-letters", letters.toString(), "--set", "saddlebag.deliver.retry-for=0s");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("/dev/full cannot be written: No space left on device");
    }

    @Test
    void shouldDoNothingWithAnEmptyFile() throws Exception {
        Files.write(input, List.of());

        CommandRun run = process();

        assertThat(run.status()).isZero();
        assertThat(output).isEmptyFile();
        assertThat(run.summary().path("items").intValue()).isZero();
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void shouldBeginAnewAndLeaveNothingOfAnEarlierRun() throws Exception {
        Files.writeString(output, "old\n".repeat(10));
        Files.writeString(letters, "old\n");

        process("--overwrite");

        assertThat(results()).hasSize(3);
        assertThat(letters).isEmptyFile();
    }

    @Test
    void shouldSayWhichInputIsNotThere() throws Exception {
        Files.delete(input);

        assertUsage(process(), "--input " + input + ": there is no such file");
    }

    @Test
    void shouldSayThatAFolderIsNoInput() throws Exception {
        assertUsage(
                CommandRun.of(
                        "process", "--input", folder.toString(), "--output", output.toString(), "--url", api.url()),
                "--input " + folder);
    }

    @Test
    void shouldSayWhichOutputCannotBeWritten() throws Exception {
        output = folder.resolve("missing/results.jsonl");
        assertUsage(process(), "--output " + output);
        output = Files.createDirectory(folder.resolve("a-folder"));
        assertUsage(process(), "--output " + output);
    }

    @Test
    void shouldSayWhichDeadLettersCannotBeWritten() throws Exception {
        Path missing = folder.resolve("missing/failed.jsonl");

        assertUsage(process("--dead-letters", missing.toString()), "--dead-letters " + missing);
        assertUsage(
                CommandRun.of(
                        "process",
                        "--input",
                        input.toString(),
                        "--output",
                        "-",
                        "--url",
                        api.url(),
                        "--dead-letters",
                        missing.toString()),
                "--dead-letters " + missing);
    }

    @Test
    void shouldNotOverwriteItsOwnInput() throws Exception {
        output = input;

        assertUsage(process(), "--output " + output);
        assertThat(input).hasContent(String.join("\n", items(3)));
    }

    @Test
    void shouldNotWriteResultsAndDeadLettersIntoOneFile() throws Exception {
        assertUsage(process("--dead-letters", output.toString()), "the file of --dead-letters");
    }

    @Test
    void shouldSayWhichConfigurationIsNotThere() throws Exception {
        assertUsage(process("--config", folder.resolve("none.properties").toString()), "none.properties");
    }

    @Test
    void shouldSuggestTheFlagThatWasMeant() throws Exception {
        CommandRun run = process("--concurency", "4");

        assertUsage(run, "--concurency");
        assertThat(run.err()).contains("--concurrency");
    }

    @Test
    void shouldSayThatInputAndOutputAreNeeded() throws Exception {
        assertUsage(CommandRun.of("process", "--url", api.url()), "--input");
    }

    @Test
    void shouldSayThatAnAddressIsNeeded() throws Exception {
        assertUsage(
                CommandRun.of("process", "--input", input.toString(), "--output", output.toString()),
                "saddlebag.call.url is not set");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--set=saddlebag.batch.max-wait=500|saddlebag.batch.max-wait is '500': give a unit, for example 500ms.",
                "--set=saddlebag.batch.max-bytes=5|saddlebag.batch.max-bytes is '5': give a number of bytes with a unit",
                "--set=saddlebag.batch.max-in-flight=0|saddlebag.batch.max-in-flight is '0': it must be from 1",
                "--set=saddlebag.call.max-attempts=0|saddlebag.call.max-attempts is '0': it must be from 1",
                "--set=saddlebag.call.back-off=0s|saddlebag.call.back-off is '0s': it must be longer than nothing.",
                "--set=saddlebag.deliver.ordered=yes|saddlebag.deliver.ordered is 'yes': give true or false.",
                "--batch-size=0|saddlebag.batch.max-items is '0': it must be from 1 to 1000000.",
                "--batch-size=many|saddlebag.batch.max-items is 'many': give a whole number",
                "--concurrency=0|saddlebag.call.concurrency is '0': it must be from 1",
                "--linger-ms=-5|saddlebag.batch.max-wait is '-5ms'",
                "--rate=fast|saddlebag.call.rate is 'fast': give requests per second, for example 50",
                "--rate=5/0s|saddlebag.call.rate is '5/0s': its period",
                "--mode=bogus|saddlebag.call.mode is 'bogus'",
                "--id=id|saddlebag.item.id is 'id': a JSON pointer is empty or starts with a slash",
                "--answer-result=result|saddlebag.answer.result is 'result': a JSON pointer",
                "--csv-separator=ab|saddlebag.source.csv-separator is 'ab': give one character, such as ; or",
                "--format=xml|saddlebag.source.format is 'xml': give auto, jsonl, json, csv, lines or document.",
                "--header=nonsense|--header: there is no name and colon in front of the value. Give it as 'Name: value', in quotes.",
                "--header=Camel-X: 1|saddlebag.call.header.Camel-X",
                "--url=ftp://host/|saddlebag.call.url is 'ftp://host/': it must start with http:// or https://.",
                "--url=http://|saddlebag.call.url is 'http://': it",
                "--url=http://me:secret@host/|saddlebag.call.url is 'http://...@host'",
            })
    void shouldNameThePropertyTheValueAndTheRule(String bad, String message) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("process", "--input", input.toString()));
        arguments.addAll(List.of("--output", output.toString()));
        if (!bad.startsWith("--url")) {
            arguments.addAll(List.of("--url", api.url()));
        }
        arguments.add(bad);

        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));

        assertUsage(run, message);
        assertThat(run.err()).doesNotContain("Exception", "\tat ", "secret");
    }

    private void assertUsage(CommandRun run, String message) throws Exception {
        assertThat(run.err()).contains(message);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void shouldGiveUpWhereTheFirstCallsSayThatTheEndpointIsOfNoUse(int status) throws Exception {
        Files.write(input, items(4000));
        api.behave(request -> TestApi.answer(status, ""));

        CommandRun run = processTo(api.url() + "?key=secret", "--batch-size", "10");

        assertUnusable(run, Integer.toString(status), api.url());
        assertThat(run.err()).doesNotContain("secret");
        assertThat(api.requests()).hasSizeLessThan(200);
    }

    @Test
    void shouldGiveUpWhereTheHostIsUnknown() throws Exception {
        CommandRun run = processTo("http://saddlebag.invalid/batch");

        assertUnusable(run, "the host is unknown", "http://saddlebag.invalid/batch");
    }

    @Test
    void shouldGiveUpWhereTheConnectionIsRefused() throws Exception {
        int port = freePort();

        CommandRun run = processTo("http://127.0.0.1:" + port + "/batch");

        assertUnusable(run, "refused", "http://127.0.0.1:" + port + "/batch");
    }

    /** Nobody knows whether such an item is done; to send all the others as well would not tell. */
    @Test
    void shouldGiveUpWhereTheFirstAnswersHaveAWordThatNobodyToldIt() throws Exception {
        Files.write(input, items(40));
        api.behave(request -> withStatus(request, "enqueued"));

        CommandRun run = process("--batch-size", "2", "--set", "saddlebag.answer.status=/status");

        assertUnusable(run, "'enqueued' (saddlebag.answer.status)", "saddlebag.answer.done-words");
        assertThat(api.requests()).hasSizeLessThan(10);
    }

    @Test
    void shouldFailAnItemAloneWhoseWordNobodyToldItLater() throws Exception {
        api.behave(request -> withStatus(request, request.number() == 2 ? "enqueued" : "ok"));

        CommandRun run = process("--batch-size", "1", "--concurrency", "1", "--set", "saddlebag.answer.status=/status");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.summary().path("errors").intValue()).isEqualTo(1);
        assertThat(Files.readString(letters)).contains("'enqueued'");
        assertThat(api.requests()).hasSize(3);
    }

    private static TestApi.Answer withStatus(TestApi.Request request, String status) {
        ArrayNode answers = TestApi.JSON.createArrayNode();
        request.ids().forEach(id -> answers.addObject().put("id", id).put("status", status));
        return TestApi.json(answers);
    }

    private void assertUnusable(CommandRun run, String... message) throws Exception {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(message).contains("--keep-going");
        assertThat(run.summary().path("items").intValue()).isZero();
        assertThat(run.summary().path("errors").intValue()).isZero();
        assertThat(Duration.ofMillis((long) (run.summary().path("seconds").doubleValue() * 1000)))
                .isLessThan(Duration.ofSeconds(10));
        assertThat(output).isEmptyFile();
        assertThat(letters).doesNotExist();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldGoOnWhereTheFirstCallsFailIfItIsToldTo() throws Exception {
        api.behave(request -> TestApi.answer(404, ""));

        CommandRun run = process("--keep-going");

        assertThat(run.status()).isEqualTo(3);
        assertThat(results()).hasSize(3);
        assertThat(Files.readAllLines(letters)).hasSize(3);
    }

    @Test
    void shouldWaitForAnEndpointThatComesUpWithinSeconds() throws Exception {
        int port = freePort();
        CompletableFuture<TestApi> late = CompletableFuture.supplyAsync(
                () -> TestApi.start(port, TestApi::echo), CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));

        CommandRun run = processTo("http://127.0.0.1:" + port + "/batch");

        try (TestApi up = late.get()) {
            assertThat(run.status()).isZero();
            assertThat(results()).hasSize(3);
            assertThat(up.requests()).isNotEmpty();
        }
    }

    @Test
    void shouldNotGiveUpOnceACallWasAnswered() throws Exception {
        api.behave(request -> request.number() == 1 ? TestApi.echo(request) : TestApi.answer(404, ""));

        CommandRun run = process("--batch-size", "1", "--concurrency", "1");

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.summary().path("items").intValue()).isEqualTo(3);
        assertThat(run.summary().path("errors").intValue()).isEqualTo(2);
        assertThat(api.requests()).extracting(Request::ids).hasSize(3);
    }
}
