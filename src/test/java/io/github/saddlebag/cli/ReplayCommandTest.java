package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Timeout(120)
class ReplayCommandTest {

    @TempDir
    private Path folder;

    private CommandRun replay(Path file, TestApi api) throws Exception {
        Path output = folder.resolve("again.jsonl");
        return CommandRun.of("replay", file.toString(), "--output", output.toString(), "--url", api.url());
    }

    @Test
    void shouldRemoveTheDeadLettersThatWereAnswered() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                "{\"id\":\"a\",\"item\":{\"id\":\"a\"},\"reason\":\"The endpoint was away.\"}\n");
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.err()).contains("newer ones may be overwritten");
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(letters).doesNotExist();
            assertThat(folder.resolve("again.jsonl")).content().contains("\"id\":\"a\",\"result\"");
        }
    }

    /** What everybody may read was put in the place of a file that nobody may, and of a link. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--limit=2"})
    @EnabledOnOs(OS.LINUX)
    void shouldKeepTheLinkAndTheRightsOfWhatItWritesAnew(String some) throws Exception {
        Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
        Path letters = Files.writeString(
                Files.createDirectories(folder.resolve("data")).resolve("failed.jsonl"),
                letter("a", 1, "timeout") + '\n' + letter("b", 2, "timeout") + '\n');
        Path results = Files.writeString(
                folder.resolve("data/results.jsonl"),
                "{\"id\":\"a\",\"error\":\"x\"}\n{\"id\":\"b\",\"error\":\"x\"}\n");
        Files.setPosixFilePermissions(letters, mine);
        Files.setPosixFilePermissions(results, mine);
        Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), letters);
        Path into = Files.createSymbolicLink(folder.resolve("into.jsonl"), results);
        try (TestApi api = TestApi.start(request ->
                TestApi.answer(200, "[{\"id\":\"a\",\"result\":1},{\"id\":\"b\",\"error\":\"still bad\"}]"))) {
            List<String> arguments = new ArrayList<>(List.of("replay", link.toString(), "--merge-into=" + into));
            arguments.add("--url=" + api.url());
            if (!some.isEmpty()) {
                arguments.add(some);
            }

            CommandRun run = CommandRun.of(arguments.toArray(String[]::new));

            assertThat(run.status()).as(run.err()).isEqualTo(3);
        }
        assertThat(Files.readAllLines(letters)).singleElement().asString().contains("still bad");
        assertThat(Files.readAllLines(results)).hasSize(2).last().asString().contains("still bad");
        for (Path each : List.of(link, into)) {
            assertThat(Files.isSymbolicLink(each)).isTrue();
            assertThat(Files.getPosixFilePermissions(each)).isEqualTo(mine);
        }
    }

    private CommandRun run(String command, String more, TestApi api) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--url", api.url(), "--set", "saddlebag.call.idempotency-header=Key"));
        arguments.addAll(List.of(
                "--set", "saddlebag.call.max-attempts=1", "--set", "saddlebag.breaker.minimum-number-of-calls=99"));
        if (!more.isEmpty()) {
            arguments.addAll(List.of(more.split(" ")));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    /** The endpoint gave the answer again that it had kept for the key, an error. */
    @ParameterizedTest
    @CsvSource({
        "500, WHOLE, '', false",
        "404, WHOLE, '', false",
        "504, WHOLE, '', true",
        "200, RESET, '', true",
        "200, RESET, --new-keys, false",
        "200, RESET, --batch-size 1, false",
    })
    void shouldKeepTheKeyWhereNobodyKnowsWhatCameOfTheRequest(
            int status, TestApi.Delivery delivery, String more, boolean same) throws Exception {
        Path items = Files.writeString(
                folder.resolve("items.jsonl"), "{ \"id\": \"a\", \"n\": 1.10}\n{\"id\":\"b\",  \"n\":1e3 }\n");
        String out = folder.resolve("out.jsonl").toString();
        String letters = out + ".failed.jsonl";
        try (TestApi api = TestApi.start(request -> TestApi.answer(status, "{}").delivered(delivery))) {
            CommandRun first = run("process --keep-going --input " + items + " --output " + out, "", api);
            assertThat(first.status()).as(first.err()).isEqualTo(3);
            api.behave(TestApi::echo);

            int before = api.requests().size();
            CommandRun again = run("replay " + letters + " --output " + out + ".again", more, api);

            assertThat(again.status()).as(again.err()).isZero();
            List<String> keys = keys(api);
            assertThat(keys.get(keys.size() - 1).equals(keys.get(0))).isEqualTo(same);
            assertThat(api.requests().stream().skip(before).map(TestApi.Request::text))
                    .anyMatch(text -> text.contains("1e3"));
        }
    }

    /** It keeps what it answered first to a key, and that was an error: a replay means the item anew. */
    @Test
    void shouldGetAnotherAnswerThanTheOneThatIsKeptForTheKey() throws Exception {
        Path items = Files.writeString(folder.resolve("items.jsonl"), "{\"id\":\"a\"}\n");
        String out = folder.resolve("out.jsonl").toString();
        String letters = out + ".failed.jsonl";
        Map<String, TestApi.Answer> kept = new ConcurrentHashMap<>();
        TestApi.Behaviour keeping = request -> kept.computeIfAbsent(
                request.headers().get("key"),
                key -> kept.isEmpty() ? TestApi.answer(500, "{}") : TestApi.echo(request));
        try (TestApi api = TestApi.start(keeping)) {
            CommandRun first = run("process --keep-going --input " + items + " --output " + out, "", api);
            assertThat(first.status()).as(first.err()).isEqualTo(3);

            CommandRun again = run("replay " + letters + " --output " + out + ".again", "", api);

            assertThat(again.status()).as(again.err()).isZero();
            assertThat(Path.of(letters)).doesNotExist();
            assertThat(kept).as("the first one, and one for the replay").hasSize(2);
        }
    }

    private static List<String> keys(TestApi api) {
        return api.requests().stream().map(r -> r.headers().get("key")).toList();
    }

    @Test
    void shouldGoOnWithItsOwnKeysAndHaveNewOnesAfterAnotherFailure() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                "{\"item\":{\"id\":\"a\"},\"reason\":\"500\",\"status\":500,\"attempts\":[{\"status\":500}]}\n");
        String replay = "replay " + letters + " --output " + folder.resolve("again.jsonl");
        try (TestApi api = TestApi.start(request -> TestApi.answer(401, ""))) {
            assertThat(run(replay, "", api).status()).isEqualTo(1);
            int stopped = api.requests().size();
            api.behave(request -> TestApi.answer(500, ""));
            assertThat(run(replay, "--keep-going", api).status()).isEqualTo(3);
            int failed = api.requests().size();
            Files.delete(folder.resolve("again.jsonl"));
            api.behave(TestApi::echo);
            assertThat(run(replay, "", api).status()).isZero();

            List<String> keys = keys(api);
            assertThat(keys.subList(0, failed)).containsOnly(keys.get(0));
            assertThat(stopped).isLessThan(failed);
            assertThat(keys.get(failed)).isNotEqualTo(keys.get(0));
        }
    }

    @Test
    void shouldWaitForARequestThatIsStillUnderWay() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"),
                "{\"item\":{\"id\":\"a\"},\"reason\":\"late\",\"attempts\":[{\"error\":\"late\"}]}\n");
        try (TestApi api =
                TestApi.start(request -> request.number() < 3 ? TestApi.answer(409, "") : TestApi.echo(request))) {

            CommandRun again = run(
                    "replay " + letters + " --output " + folder.resolve("again.jsonl"),
                    "--set saddlebag.call.max-attempts=5 --set saddlebag.call.back-off=5ms",
                    api);

            assertThat(again.status()).as(again.err()).isZero();
            assertThat(api.requests()).hasSize(3);
        }
    }

    /** They were overwritten, without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"", "of another run"})
    void shouldLeaveEarlierResultsAlone(String checkpoint) throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"), "{\"item\":{\"id\":\"a\"},\"reason\":\"The endpoint was away.\"}\n");
        Path results = Files.writeString(folder.resolve("again.jsonl"), "{\"id\":\"z\",\"result\":1}\n");
        Path other = folder.resolve("again.jsonl.checkpoint");
        if (!checkpoint.isEmpty()) {
            Files.writeString(other, checkpoint);
        }
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains("--output " + results, "holds results already", "name another file")
                    .doesNotContain("Exception");
            assertThat(results).content().isEqualTo("{\"id\":\"z\",\"result\":1}\n");
            assertThat(letters).exists();
            assertThat(Files.exists(other)).isEqualTo(!checkpoint.isEmpty());
            assertThat(api.requests()).isEmpty();

            Files.writeString(results, "");
            Files.deleteIfExists(other);
            assertThat(replay(letters, api).status()).isZero();
            assertThat(results).content().contains("\"id\":\"a\",\"result\"");
        }
    }

    @Test
    void shouldSayWhereTheItemsAreThatFailedAgain() throws Exception {
        Path letters = Files.writeString(
                folder.resolve("failed.jsonl"), "{\"item\":{\"no\":1},\"reason\":\"It has no id.\"}\n");
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).isEqualTo(3);
            assertThat(run.err()).contains("1 of 1 items failed; " + letters);
            assertThat(letters).content().contains("\"item\":{\"no\":1}", "\"reason\"");
        }
    }

    /** An input or a result file, given by mistake, was sent and then removed as if it were dead letters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\",\"address\":\"1 High Street\"}",
                "{\"id\":\"a\",\"item\":\"a pen\"}",
                "{\"id\":\"a\",\"error\":\"The endpoint was away.\"}",
                "[\"a\"]",
                "1 High Street"
            })
    void shouldLeaveAFileAloneThatHoldsNoDeadLetters(String line) throws Exception {
        Path items = Files.write(folder.resolve("items.jsonl"), List.of("", line));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(items, api);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("items.jsonl", "line 2", "dead letter");
            assertThat(items).content().contains(line);
            assertThat(api.requests()).isEmpty();
        }
    }

    private static String letter(String id, long line, String reason) {
        return "{\"id\":\"" + id + "\",\"item\":{\"id\":\"" + id + "\"},\"reason\":\"" + reason + "\",\"line\":" + line
                + ",\"time\":\"2030-01-31T12:00:00Z\"}";
    }

    private Path letters() throws Exception {
        return Files.write(
                folder.resolve("failed.jsonl"),
                List.of(letter("a", 1, "timeout"), letter("b", 2, "bad"), letter("c", 4, "timeout")));
    }

    @Test
    void shouldSayWhatItWouldSendAndSendNothing() throws Exception {
        Path letters = letters();
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = CommandRun.of(
                    "replay", letters.toString(), "--where", "reason~time", "--dry-run", "--url", api.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.outLines())
                    .containsExactly(letters + ": 2 dead letters would be sent", "       2  timeout  (such as a)");
            assertThat(api.requests()).isEmpty();
            assertThat(letters).content().hasLineCount(3);
        }
    }

    @Test
    void shouldSendThoseThatAreWantedAndKeepTheOthersAndWhatFailsAgain() throws Exception {
        Path letters = letters();
        try (TestApi api = TestApi.start(
                request -> TestApi.answer(200, "[{\"id\":\"a\",\"v\":1},{\"id\":\"c\",\"error\":\"still bad\"}]"))) {

            CommandRun run = CommandRun.of(
                    "replay",
                    letters.toString(),
                    "--where",
                    "reason~time",
                    "--output",
                    folder.resolve("again.jsonl").toString(),
                    "--url",
                    api.url());

            assertThat(run.status()).as(run.err()).isEqualTo(3);
            assertThat(api.requests()).extracting(TestApi.Request::ids).containsExactly(List.of("a", "c"));
            assertThat(run.err())
                    .contains("saddlebag replay: 2 dead letters of " + letters + " are sent; the others stay.");
            List<String> left = Files.readAllLines(letters);
            assertThat(left).hasSize(2);
            assertThat(left.get(0)).isEqualTo(letter("b", 2, "bad"));
            assertThat(TestApi.JSON.readTree(left.get(1)).path("id").asText()).isEqualTo("c");
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.map(path -> path.getFileName().toString())
                                .filter(name -> name.contains("chosen") && !name.startsWith(".")))
                        .isEmpty();
            }
        }
    }

    /** The choice of a run that was killed stands, whatever is asked for now. */
    @Test
    void shouldGoOnWithAChoiceThatIsThere() throws Exception {
        Path letters = letters();
        Files.write(folder.resolve("failed.jsonl.chosen"), List.of(letter("b", 2, "bad")));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = replay(letters, api);

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.err()).contains("has the 1 dead letters of a replay that was interrupted");
            assertThat(api.requests()).extracting(TestApi.Request::ids).containsExactly(List.of("b"));
            assertThat(Files.readAllLines(letters))
                    .containsExactly(letter("a", 1, "timeout"), letter("c", 4, "timeout"));
        }
    }

    /** It was killed when what comes next was written, and the file was not replaced yet. */
    @Test
    void shouldFinishWhatWasAlmostDone() throws Exception {
        Path letters = letters();
        Files.write(folder.resolve("failed.jsonl.chosen.done"), List.of(letter("a", 1, "timeout")));
        Files.write(folder.resolve("failed.jsonl.next"), List.of(letter("b", 2, "bad"), letter("c", 4, "timeout")));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run = CommandRun.of(
                    "replay",
                    letters.toString(),
                    "--limit",
                    "1",
                    "--output",
                    folder.resolve("again.jsonl").toString(),
                    "--url",
                    api.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(api.requests()).extracting(TestApi.Request::ids).containsExactly(List.of("b"));
            assertThat(Files.readAllLines(letters)).containsExactly(letter("c", 4, "timeout"));
        }
    }

    @Test
    void shouldPutResultsInThePlaceOfErrorsByTheirLine() throws Exception {
        Path letters =
                Files.write(folder.resolve("failed.jsonl"), List.of(letter("a", 3, "timeout"), letter("b", 4, "bad")));
        Path results = Files.write(
                folder.resolve("results.jsonl"),
                List.of(
                        "{\"id\":\"a\",\"error\":\"another one of the same id\"}",
                        "{\"id\":\"x\",\"result\":1}",
                        "{\"id\":\"a\",\"error\":\"timeout\"}",
                        "{\"id\":\"b\",\"error\":\"bad\"}"));
        try (TestApi api = TestApi.start(
                request -> TestApi.answer(200, "[{\"id\":\"a\",\"v\":1},{\"id\":\"b\",\"error\":\"still bad\"}]"))) {

            CommandRun run = CommandRun.of(
                    "replay",
                    letters.toString(),
                    "--merge-into",
                    results.toString(),
                    "--answer-result",
                    "/v",
                    "--url",
                    api.url());

            assertThat(run.status()).as(run.err()).isEqualTo(3);
            assertThat(run.err()).contains("saddlebag replay: 2 lines of " + results + " are replaced.");
            assertThat(Files.readAllLines(results))
                    .hasSize(4)
                    .startsWith(
                            "{\"id\":\"a\",\"error\":\"another one of the same id\"}",
                            "{\"id\":\"x\",\"result\":1}",
                            "{\"id\":\"a\",\"result\":1}");
            assertThat(Files.readAllLines(results).get(3)).contains("still bad");
            try (Stream<Path> files = Files.list(folder)) {
                // locks stay, and are hidden
                assertThat(files.map(path -> path.getFileName().toString()).filter(name -> !name.startsWith(".")))
                        .containsExactlyInAnyOrder("failed.jsonl", "results.jsonl");
            }
        }
    }

    /** Blank lines of the input have no results: the lines of both differ. */
    @Test
    void shouldPutResultsInThePlaceOfErrorsByTheirIdWhereLinesDiffer() throws Exception {
        Path letters = Files.write(folder.resolve("failed.jsonl"), List.of(letter("b", 4, "bad")));
        Path results = Files.write(
                folder.resolve("results.jsonl"),
                List.of("{\"id\":\"a\",\"result\":1}", "{\"id\":\"b\",\"error\":\"bad\"}"));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run =
                    CommandRun.of("replay", letters.toString(), "--merge-into", results.toString(), "--url", api.url());

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(letters).doesNotExist();
            assertThat(Files.readAllLines(results))
                    .containsExactly(
                            "{\"id\":\"a\",\"result\":1}",
                            "{\"id\":\"b\",\"result\":{\"id\":\"b\",\"result\":\"r:\"}}");
        }
    }

    @Test
    void shouldLeaveResultsAloneThatHaveNoPlace() throws Exception {
        Path letters = Files.write(folder.resolve("failed.jsonl"), List.of(letter("z", 4, "bad")));
        Path results = Files.write(folder.resolve("results.jsonl"), List.of("{\"id\":\"b\",\"error\":\"bad\"}"));
        try (TestApi api = TestApi.start(TestApi::echo)) {

            CommandRun run =
                    CommandRun.of("replay", letters.toString(), "--merge-into", results.toString(), "--url", api.url());

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains("--merge-into " + results + ": it has no error for the dead letter of line 4, or the"
                            + " letters are in another order than the results. It is as it was; the new results are in "
                            + results + ".replay.");
            assertThat(results).hasContent("{\"id\":\"b\",\"error\":\"bad\"}");
            assertThat(letters).exists();
        }
    }

    @Test
    void shouldNotMergeIntoWhatIsNoResults() throws Exception {
        Path letters = letters();
        Path results = Files.writeString(folder.resolve("results.csv"), "id,result\na,1\n");

        CommandRun run = CommandRun.of(
                "replay", letters.toString(), "--merge-into", results.toString(), "--url", "http://127.0.0.1:1/");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("--merge-into " + results + ": line 1 is no result, which has an id and a result or an error."
                        + " Only JSON lines are merged into.");
    }
}
