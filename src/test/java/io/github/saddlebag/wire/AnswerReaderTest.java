package io.github.saddlebag.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    private AnswerReader reader = Readers.of();

    private Answers read(String json) throws MalformedAnswerException {
        return reader.read(json.getBytes(StandardCharsets.UTF_8), 2);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void shouldFindIdsAndWholeAnswersInAnArray() throws Exception {
        Answers answers = read(" [ {\"id\":\"a\", \"x\":[1,2]} , {\"x\":{},\"id\":7} ] ");

        assertThat(answers.size()).isEqualTo(2);
        assertThat(answers.id(0)).isEqualTo("a");
        assertThat(answers.id(1)).isEqualTo("7");
        assertThat(text(answers.result(0))).isEqualTo("{\"id\":\"a\", \"x\":[1,2]}");
        assertThat(text(answers.whole(1))).isEqualTo("{\"x\":{},\"id\":7}");
    }

    @Test
    void shouldPassOverAByteOrderMark() throws Exception {
        Answers answers = read("\uFEFF[{\"id\":\"a\"},{\"id\":\"caf\u00e9\"}]");

        assertThat(answers.id(1)).isEqualTo("caf\u00e9");
        assertThat(text(answers.whole(1))).isEqualTo("{\"id\":\"caf\u00e9\"}");
    }

    @Test
    void shouldRefuseAnswersThatAreUtf16() {
        assertThatThrownBy(() -> reader.read("[{\"id\":\"caf\u00e9\"}]".getBytes(StandardCharsets.UTF_16), 1))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("the response is not UTF-8; it has");
    }

    /** One answer that is no JSON does not hide the others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "-Infinity",
                "[1,{\"x\":Infinity}]",
                "\"a\tb\"",
                "\"a\u0000b\"",
                "\"caf\u00e9\"",
                "\"\\x41\"",
                "[1,]",
                "007",
                "+1"
            })
    void shouldFailTheItemAloneWhoseAnswerIsNoJson(String value) throws Exception {
        reader = Readers.of("answer.result", "/r");

        Answers answers = reader.read(
                ("[{\"id\":1,\"r\":1},{\"id\":2,\"r\":" + value + "},{\"id\":3,\"r\":[3]}]")
                        .getBytes(StandardCharsets.ISO_8859_1),
                3);

        assertThat(answers.size()).isEqualTo(3);
        assertThat(answers.isFailed(0)).isFalse();
        assertThat(answers.isFailed(1)).isTrue();
        assertThat(answers.isRetry(1)).isFalse();
        assertThat(answers.reason(1)).isEqualTo("The endpoint's answer to this item is not valid JSON.");
        assertThat(answers.isFailed(2)).isFalse();
        assertThat(answers.id(2)).isEqualTo("3");
        assertThat(text(answers.result(2))).isEqualTo("[3]");
    }

    @Test
    void shouldPassOverACommaThatIsOneTooMany() throws Exception {
        Answers answers = read("[{\"id\":1},{\"id\":2},]");

        assertThat(answers.size()).isEqualTo(2);
        assertThat(answers.isFailed(1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'[{\"id\":1,\"a\":', '[', 1100, is nested more than 1000 levels deep",
        "'[{\"id\":1,\"a\":', '9', 1100, has a number of more than 1000 characters",
        "'[{\"id\":', '9', 1100, has a number of more than 1000 characters",
        "'[{\"id\":1,\"a\":1,\"', 'n', 60000, has a name that is too long"
    })
    void shouldRefuseAnAnswerThatIsABombAndSayWhy(String start, String repeated, int times, String why) {
        assertThatThrownBy(() -> read(start + repeated.repeat(times) + "\":1}]"))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("the response " + why);
    }

    /** Results are copied as they stand: not a byte is written anew. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\"",
                "\"caf\u00e9 \uD83D\uDE00 \\u00e9 \\\"quoted\\\"\"",
                "1.50e+3",
                "-0",
                "123456789012345678901234567890",
                "true",
                "null",
                "{ \"a\" : [ 1 , {\"b\":null} ] }",
                "[]",
                "[[],{}]",
                "\"\""
            })
    void shouldCopyAResultAsItStands(String value) throws Exception {
        reader = Readers.of("answer.result", "/result");

        Answers answers = read("[{\"result\":" + value + ",\"id\":1},{\"id\":2,\"result\": " + value + " }]");

        assertThat(text(answers.result(0))).isEqualTo(value);
        assertThat(text(answers.result(1))).isEqualTo(value);
    }

    @Test
    void shouldFindNestedIdsAndResultsAlsoWithinEachOther() throws Exception {
        reader = Readers.of("answer.id", "/meta/0/key", "answer.result", "/meta");

        Answers answers = read("[{\"meta\":[{\"key\":\"a\"},2],\"x\":1},{\"meta\":[]},{\"meta\":\"none\"}]");

        assertThat(answers.id(0)).isEqualTo("a");
        assertThat(text(answers.result(0))).isEqualTo("[{\"key\":\"a\"},2]");
        assertThat(answers.id(1)).isNull();
        assertThat(text(answers.result(2))).isEqualTo("\"none\"");
    }

    @Test
    void shouldTakeTheLastOfANameThatStandsTwice() throws Exception {
        reader = Readers.of("answer.result", "/r");

        Answers answers = read("[{\"id\":\"a\",\"r\":1,\"id\":\"b\",\"r\":2}]");

        assertThat(answers.id(0)).isEqualTo("b");
        assertThat(text(answers.result(0))).isEqualTo("2");
    }

    @Test
    void shouldFindNoIdThatIsNeitherStringNorNumber() throws Exception {
        Answers answers = read("[{\"id\":null},{\"id\":true},{\"id\":{}},{\"id\":[1]},5,\"x\",null,[]]");

        assertThat(answers.size()).isEqualTo(8);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.id(i)).isNull();
        }
    }

    @Test
    void shouldFindTheListInsideAnEnvelope() throws Exception {
        reader = Readers.of("answer.list", "/data/0/answers");

        Answers answers =
                read("{\"took\":5,\"data\":[{\"answers\":[{\"id\":\"a\"}]},{\"answers\":[{\"id\":\"b\"}]}],\"z\":[]}");

        assertThat(answers.size()).isEqualTo(1);
        assertThat(answers.id(0)).isEqualTo("a");
    }

    @Test
    void shouldReadAMapFromIdToAnswer() throws Exception {
        reader = Readers.of("answer.match", "map", "answer.list", "/results", "answer.result", "/v");

        Answers answers = read("{\"results\":{\"a\":{\"v\":1},\"b\":{\"w\":2}}}");

        assertThat(answers.id(0)).isEqualTo("a");
        assertThat(text(answers.result(0))).isEqualTo("1");
        assertThat(answers.id(1)).isEqualTo("b");
        assertThat(answers.result(1)).isNull();
    }

    @Test
    void shouldKnowAnEchoedObjectWhateverItsSpacesAndOrder() throws Exception {
        reader = Readers.of("answer.match", "echo", "answer.id", "/query");

        Answers answers = read("[{\"query\":{\"b\":[1, 2],\"a\":\"x\"}},{\"query\":\"plain\"}]");

        assertThat(answers.id(0)).isEqualTo("{\"a\":\"x\",\"b\":[1,2]}");
        assertThat(answers.id(1)).isEqualTo("plain");
    }

    @Test
    void shouldTellItemsThatFailedByThemselvesAndWhichMayBeTriedAgain() throws Exception {
        reader = Readers.of(
                "answer.status", "/status", "answer.error", "/error/type", "answer.retry-codes", "throttled, busy");

        Answers answers = read("[{\"id\":1,\"status\":200},{\"id\":2,\"status\":429},{\"id\":3,\"status\":\"404\"},"
                + "{\"id\":4,\"error\":{\"type\":\"busy\"}},{\"id\":5,\"error\":{\"type\":\"bad\"}},{\"id\":6,\"error\":null},"
                + "{\"id\":7,\"status\":\"throttled\"}]");

        assertThat(new boolean[] {
                    answers.isFailed(0),
                    answers.isFailed(1),
                    answers.isFailed(2),
                    answers.isFailed(3),
                    answers.isFailed(4),
                    answers.isFailed(5)
                })
                .containsExactly(false, true, true, true, true, false);
        assertThat(new boolean[] {answers.isRetry(1), answers.isRetry(2), answers.isRetry(3), answers.isRetry(4)})
                .containsExactly(true, false, true, false);
        assertThat(answers.status(1)).isEqualTo(429);
    }

    @Test
    void shouldAddAListOfFailuresToTheAnswers() throws Exception {
        reader = Readers.of("answer.list", "/Successful", "answer.failures", "/Failed", "answer.id", "/Id");

        Answers answers = read("{\"Failed\":[{\"Id\":\"b\",\"Code\":\"X\"}],\"Successful\":[{\"Id\":\"a\"}]}");

        assertThat(answers.size()).isEqualTo(2);
        assertThat(answers.id(0)).isEqualTo("a");
        assertThat(answers.isFailed(0)).isFalse();
        assertThat(answers.id(1)).isEqualTo("b");
        assertThat(answers.isFailed(1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''             | is empty",
                "'  '           | is empty",
                "{\"id\":1}     | an object with id, and no list in it",
                "\"text\"       | is a text, and no list of answers",
                "null           | is null, and no list of answers",
                "[{\"id\":1}    | is not valid JSON",
                "[{\"id\":1]    | is not valid JSON",
                "<html>..       | is an HTML page, not JSON",
                "[] []          | goes on after",
                "[],            | is not valid JSON",
                "[1,,2]         | is not valid JSON"
            })
    void shouldRefuseAResponseOfAnotherShape(String response, String message) {
        assertThatThrownBy(() -> read(response))
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining(message);
    }

    /** Whatever becomes of the bytes under way: it is refused, or each answer that counts is JSON. */
    @Test
    void shouldGiveNothingOutThatIsNotJson() throws Exception {
        String good = "{\"n\":[1],\"a\":[{\"id\":\"x\",\"r\":{\"s\":\"caf\u00e9 \uD83D\uDE00\"},\"status\":\"ok\"},"
                + "{\"id\":2,\"r\":-1.5e3,\"error\":{\"code\":0}},{\"id\":\"y\",\"r\":\"\\u00e9\",\"error\":\"bad\"},null],"
                + "\"f\":[{\"index\":1,\"message\":\"m\"},{\"path\":[\"a\",0]}]}";
        List<AnswerReader> readers = new ArrayList<>();
        for (String result : List.of("", "/r")) {
            for (String[] by : new String[][] {
                {"answer.match", "position"}, {"answer.failures", "/f"}, {"answer.match", "failures"}
            }) {
                readers.add(Readers.of("answer.list", "/a", "answer.result", result, by[0], by[1]));
            }
        }
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            Random random = new Random(20261129L * 100_000 + i);
            AnswerReader fuzzed = readers.get(random.nextInt(readers.size()));
            byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
            for (int k = 0; k <= random.nextInt(3); k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Answers answers = fuzzed.read(bytes, 4);
                for (int k = 0; k < answers.size(); k++) {
                    byte[] result = answers.result(k);
                    if (!answers.isFailed(k) && result != null) {
                        read++;
                        Json.check(result);
                    } else {
                        answers.detail(k);
                    }
                }
            } catch (MalformedAnswerException e) {
                assertThat(e.getMessage()).matches("(?s)the (response|answer) .*");
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    /** A bomb of a response: deeper than anybody nests. */
    @Test
    void shouldRefuseAResponseThatIsNestedTooDeeply() {
        String bomb = "[".repeat(100_000);

        assertThatThrownBy(() -> read(bomb)).isInstanceOf(MalformedAnswerException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "x/y"})
    void shouldRefuseAPointerThatIsNone(String pointer) {
        assertThatThrownBy(() -> Readers.of("answer.id", pointer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("saddlebag.answer.id is '" + pointer
                        + "': a JSON pointer is empty or starts with a slash, for example /"
                        + pointer + ".");
    }

    @Test
    void shouldRefuseAWayToMatchThatIsNone() {
        assertThatThrownBy(() -> Readers.of("answer.match", "name"))
                .hasMessage(
                        "saddlebag.answer.match is 'name': give one of [id, position, index, echo, map, failures].");
    }
}
