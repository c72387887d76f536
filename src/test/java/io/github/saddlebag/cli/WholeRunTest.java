package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
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

/** What speaks against all requests ends the run: it can go on later, and nothing failed for it. */
@Tag("slow")
@Timeout(120)
class WholeRunTest {

    private static final int GOOD = 30;

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private Path input;
    private Path output;
    private Path letters;

    @BeforeEach
    void nameFiles() throws IOException {
        input = Files.write(folder.resolve("items.jsonl"), items(2000));
        output = folder.resolve("results.jsonl");
        letters = folder.resolve("results.jsonl.failed.jsonl");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String... more) throws Exception {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "process",
                                "--input",
                                input.toString(),
                                "--output",
                                output.toString(),
                                "--url",
                                api.url()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private void goodThen(Answer answer) {
        api.behave(request -> request.number() <= GOOD ? Singles.either(request) : answer);
    }

    private static Answer text(int status, String error) {
        return TestApi.answer(status, "{\"error\":\"" + error + "\"}");
    }

    private void assertEndedAndGoesOn(CommandRun run, int mostRequests, String... options) throws Exception {
        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(api.url(), "The same command resumes from here");
        assertThat(letters).doesNotExist();
        assertThat(run.summary().path("errors").intValue()).isZero();
        assertThat(api.requests().size() - GOOD).isLessThanOrEqualTo(mostRequests);
        int before = api.requests().size();

        api.behave(Singles::either);
        CommandRun again = process(options);

        assertThat(again.status()).as(again.err()).isZero();
        List<String> results = Files.readAllLines(output);
        assertThat(results.size()).isEqualTo(2000);
        assertThat(results.stream().filter(line -> line.contains("\"error\"")).count())
                .isZero();
        assertThat(letters).doesNotExist();
        assertThat(api.requests().size()).isGreaterThan(before);
    }

    @ParameterizedTest
    @CsvSource({"401, token expired", "402, out of credit", "403, account suspended", "404, no such path", "407, no"})
    void shouldEndWhereAllRequestsAreRefusedFromSomeTimeOn(int status, String error) throws Exception {
        goodThen(text(status, error));

        CommandRun run = process("--batch-size", "10");

        assertThat(run.err())
                .contains(Integer.toString(status), "; 20 requests in a row ended like this. The run ends here", error);
        assertEndedAndGoesOn(run, 60, "--batch-size", "10");
    }

    /** A token that is refused concerns no item: all that were left failed. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldEndWhereThereIsNoMoreToken(String mode) throws Exception {
        try (TestApi tokens = TestApi.start(request -> request.number() == 2
                ? TestApi.answer(401, "{\"error\":\"invalid_client\"}")
                : TestApi.answer(200, "{\"access_token\":\"t" + request.number() + "\"}"))) {
            api.behave(request -> request.number() <= GOOD ? Singles.either(request) : text(401, "token expired"));
            String[] options = {
                "--mode", mode,
                "--batch-size", "10",
                "--items", "data",
                "--set", "saddlebag.auth.token-url=" + tokens.url(),
                "--set", "saddlebag.auth.client-id=me",
                "--set", "saddlebag.auth.client-secret=s"
            };

            CommandRun run = process(options);

            assertThat(run.err()).contains("No access token from", "401");
            assertEndedAndGoesOn(run, 20, options);
        }
    }

    @Test
    void shouldEndWhereAllRequestsAreSentElsewhere() throws Exception {
        goodThen(TestApi.answer(302, "").with("Location", "https://login.example.com/"));

        CommandRun run = process("--batch-size", "10");

        assertThat(run.err()).contains("302", "are followed; 20 requests in a row ended like this. The run ends here");
        assertEndedAndGoesOn(run, 60, "--batch-size", "10");
    }

    /** Fewer batches than that fit into what may be under way. */
    @Test
    void shouldFailNothingByAGoodAnswerToWhatWasSentBefore() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        api.behave(request -> {
            if (request.number() <= 2) {
                if (request.number() == 2) {
                    refused.await();
                }
                return Singles.either(request);
            }
            if (request.number() == 5) {
                // sent because the third one's refusal was read
                refused.countDown();
            }
            return text(401, "token expired");
        });
        String[] options = {"--batch-size", "10", "--concurrency", "2"};

        assertEndedAndGoesOn(process(options), 80, options);
    }

    @Test
    void shouldEndWhereFewBatchesAreUnderWay() throws Exception {
        goodThen(text(401, "token expired"));
        String[] options = {"--batch-size", "10", "--set", "saddlebag.batch.max-in-flight=50"};

        assertEndedAndGoesOn(process(options), 60, options);
    }

    @ParameterizedTest
    @CsvSource({
        "429, '{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"You exceeded your quota\"}}'",
        "400, '{\"error\":{\"type\":\"billing\",\"code\":\"billing_hard_limit_reached\"}}'",
        "403, '{\"error\":{\"errors\":[{\"reason\":\"quota_exceeded\"}]}}'",
        "503, 'all gone: quota_exceeded, sorry'",
        "429, '{\"message\":\"Your credit is used up today\"}'",
        "200, '{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"no credit\"}}'",
        "200, '{\"errors\":[{\"reason\":\"quota_exceeded\"}]}'",
        "200, '[{\"id\":\"i1\",\"error\":{\"code\":\"insufficient_quota\"}},{\"id\":\"i2\",\"error\":\"insufficient_quota\"}]'",
    })
    void shouldEndAtOnceAtACodeThatSaysSo(int status, String body) throws Exception {
        goodThen(TestApi.answer(status, body));
        String[] options = {
            "--batch-size",
            "10",
            "--set",
            "saddlebag.call.stop-codes=insufficient_quota,billing_hard_limit_reached,quota_exceeded,credit is used up"
        };

        CommandRun run = process(options);

        assertThat(run.err()).contains(Integer.toString(status));
        assertEndedAndGoesOn(run, 12, options);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403})
    void shouldEndWhereTheRequestsOfSingleItemsAreAllRefused(int status) throws Exception {
        goodThen(text(status, "token expired"));
        String[] options = {"--mode", "single", "--set", "saddlebag.single.items=data"};

        // good answers of before are read between the refusals, and then that is no row
        assertEndedAndGoesOn(process(options), 200, options);
    }

    /** A list to look up may hold many that are not there, or not to be seen. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void shouldNotEndWhereManySingleItemsAreNotThere(int status) throws Exception {
        api.behave(request -> request.number() > 5 && request.number() <= 45
                ? text(status, "no " + request.number())
                : Singles.either(request));

        CommandRun run = process("--mode", "single", "--set", "saddlebag.single.items=data");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(Files.readAllLines(letters).size()).isEqualTo(40);
        assertThat(Files.readAllLines(output).size()).isEqualTo(2000);
    }

    /** One bad batch among good ones says nothing of the others; the last ones of a file neither. */
    @Test
    void shouldFailAFewThatAreRefusedAmongOthers() throws Exception {
        api.behave(request -> request.number() % 9 == 0 || bodyHas(request, "\"i1995\"")
                ? text(403, "not this one")
                : TestApi.echo(request));

        CommandRun run = process("--batch-size", "10");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(api.requests().size()).isEqualTo(200);
        assertThat(Files.readAllLines(output).size()).isEqualTo(2000);
        assertThat(Files.readAllLines(letters).size()).isIn(220, 230);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldEndWhereTheEndpointWantsToBeLeftAloneForTooLong(String mode) throws Exception {
        goodThen(text(429, "daily limit").with("Retry-After", "3600"));
        String[] options = {"--mode", mode, "--batch-size", "10", "--set", "saddlebag.single.items=data"};

        CommandRun run = process(options);

        assertThat(run.err()).contains("429", "3600s", "until 20", "saddlebag.call.deadline");
        assertEndedAndGoesOn(run, 12, options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldEndWhereTheEndpointAcceptsNothingForTooLong(String mode) throws Exception {
        goodThen(text(429, "slow down").with("Retry-After", "0.1"));
        String[] options = {
            "--mode",
            mode,
            "--batch-size",
            "10",
            "--set",
            "saddlebag.single.items=data",
            "--set",
            "saddlebag.call.deadline=1s"
        };

        CommandRun run = process(options);

        assertThat(run.err()).contains("429", "accepted nothing", "saddlebag.call.deadline is 1s");
        assertEndedAndGoesOn(run, 40, options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldFailTheItemThatIsRefusedWhileOthersAreAccepted(String mode) throws Exception {
        Files.write(input, items(20));
        api.behave(request -> bodyHas(request, "\"i7\"")
                ? text(429, "slow down").with("Retry-After", "0.01")
                : Singles.either(request).after(20));

        CommandRun run = process(
                "--mode",
                mode,
                "--batch-size",
                "1",
                "--concurrency",
                "4",
                "--set",
                "saddlebag.single.items=data",
                "--set",
                "saddlebag.call.deadline=3s");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(Files.readString(letters)).contains("\"i7\"", "429").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ok\":true,\"meta\":{\"tags\":[]},\"data\":LIST} | an object; its list of 10 is at /data: --set saddlebag.answer.list=/data",
                "[{\"data\":LIST}] | a list of one object; its list of 10 is at /0/data: --set saddlebag.answer.list=/0/data",
                "{\"result\":{\"rows\":LIST}} | an object; its list of 10 is at /result/rows: --set saddlebag.answer.list=/result/rows",
                "{\"status\":\"ok\",\"took\":3} | an object with status, took, and no list in it",
                "MAP | --set saddlebag.answer.match=map",
                "{\"took\":1,\"results\":MAP} | --set saddlebag.answer.match=map --set saddlebag.answer.list=/results",
                "[{\"custom_id\":\"a\",\"n\":{\"x\":1}},{\"custom_id\":\"b\"}] | none of the 2 answers has an id at '/id' (saddlebag.answer.id): --answer-id /custom_id",
                "[{\"meta\":{\"orderId\":7}},{}] | --answer-id /meta/orderId",
                "[{\"score\":1},{\"score\":2}] | objects with score; if they come in the order of the items: --set saddlebag.answer.match=position",
                "[1,2] | --set saddlebag.answer.match=position",
                "\"fine\" | the answer is a text",
                "<!DOCTYPE html><html><title>Log in</title></html> | the answer is an HTML page",
                "' <?xml version=\"1.0\"?><a/>' | the answer is XML",
                "'' | the response is empty",
                "OK | not valid JSON, but text",
                "'id,result\ni1,1' | not valid JSON, but text",
                "cb(LIST); | not valid JSON, but text",
                "'data: LIST\n\n' | not valid JSON, but text",
                "null | the answer is null",
                "{} | an object with no fields, and no list in it",
                "[[\"i1\",1],[\"i2\",2]] | none of the 2 answers has an id",
            })
    void shouldEndWhereTheAnswersHaveAnotherShapeFromTheStart(String body, String said) throws Exception {
        api.behave(request -> TestApi.answer(
                200,
                body.replace("LIST", new String(TestApi.echo(request).body(), StandardCharsets.UTF_8))
                        .replace("MAP", map(request))));

        CommandRun run = process("--batch-size", "10");

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains(said);
        assertThat(letters).doesNotExist();
        assertThat(api.requests().size()).isLessThanOrEqualTo(30);
        assertThat(run.summary().path("items").intValue()).isZero();
    }

    /** Each that followed would have been paid for, and lost. */
    @Test
    void shouldEndWhereAllIsTakenOnWithoutAnAnswer() throws Exception {
        api.behave(request -> TestApi.answer(202, "{\"id\":\"job-1\",\"status\":\"queued\"}"));

        CommandRun run = process("--batch-size", "10", "--concurrency", "4");

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("202 Accepted, but without answers", "--mode job");
        assertThat(letters).doesNotExist();
        assertThat(api.requests().size()).isLessThanOrEqualTo(8);
    }

    /** Refusals of several kinds are one row, whatever else fails between them. */
    @ParameterizedTest
    @ValueSource(ints = {429, 500})
    void shouldEndWhereAllRequestsAreRefusedInSeveralWays(int other) throws Exception {
        int[] kinds = {401, 403, 404, 407, 302, 402, other};
        api.behave(request -> request.number() <= GOOD
                ? Singles.either(request)
                : text(kinds[request.number() % kinds.length], "no " + request.number())
                        .with("Location", "https://login.example.com/")
                        .with("Retry-After", "0.05"));

        assertEndedAndGoesOn(process("--batch-size", "10"), 80, "--batch-size", "10");
    }

    @Test
    void shouldEndWhereAnswersByTheirPositionAreInAListInAList() throws Exception {
        Files.write(input, items(3));
        api.behave(request -> TestApi.answer(
                200,
                "[{\"meta\":1,\"data\":" + new String(TestApi.echo(request).body(), StandardCharsets.UTF_8) + "}]"));

        CommandRun run = process("--set", "saddlebag.answer.match=position");

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("its list of 3 is at /0/data: --set saddlebag.answer.list=/0/data");
        CommandRun cured =
                process("--set", "saddlebag.answer.match=position", "--set", "saddlebag.answer.list=/0/data");
        assertThat(cured.status()).as(cured.err()).isZero();
    }

    private static String map(Request request) {
        return request.ids().stream().map(id -> "\"" + id + "\":1").collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void shouldEndWhereTheOnlyBatchIsAnsweredInAnotherShape() throws Exception {
        Files.write(input, items(3));
        api.behave(request -> TestApi.answer(
                200, "{\"data\":" + new String(TestApi.echo(request).body(), StandardCharsets.UTF_8) + "}"));

        CommandRun run = process();

        assertThat(run.status()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("its list of 3 is at /data: --set saddlebag.answer.list=/data");
        assertThat(api.requests().size()).isLessThanOrEqualTo(6);

        CommandRun cured = process("--set", "saddlebag.answer.list=/data");

        assertThat(cured.status()).as(cured.err()).isZero();
    }

    private static boolean bodyHas(Request request, String text) {
        return request.text().contains(text);
    }

    @Test
    void shouldKeepGoingWhereThatIsAskedFor() throws Exception {
        goodThen(text(401, "token expired"));

        CommandRun run = process("--batch-size", "10", "--keep-going");

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        assertThat(Files.readAllLines(letters).size()).isEqualTo(2000 - 10 * GOOD);
        assertThat(Files.readAllLines(output).size()).isEqualTo(2000);
    }
}
