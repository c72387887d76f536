package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.template.Merge;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultLinesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Item item(String id, boolean numeric) {
        Item item = new Item("body", Map.of(), null);
        item.identify(id, numeric);
        return item;
    }

    private static Outcome answered(Item item, String answer, Call call) {
        item.answer(answer.getBytes(StandardCharsets.UTF_8), call);
        return item.fate();
    }

    private static Outcome failed(Item item, Failure failure, Call call) {
        item.fail(failure, call);
        return item.fate();
    }

    private static Call call(String url, int status, int attempts) {
        return new Call("b1", url, status, attempts, List.of(), 1_764_416_096_789L);
    }

    private static String lines(Outcome... outcomes) {
        return new String(new ResultLines(false).of(List.of(outcomes)), StandardCharsets.UTF_8);
    }

    private static String detailed(Outcome outcome) {
        return new String(new ResultLines(true).of(List.of(outcome)), StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteALineForEachOutcome() {
        String lines = lines(
                answered(item("a", false), "{\"x\": 1}", null),
                failed(item("b", false), new Failure("refused"), null),
                answered(item("c", false), "null", null));

        assertThat(lines)
                .isEqualTo("{\"id\":\"a\",\"result\":{\"x\": 1}}\n"
                        + "{\"id\":\"b\",\"error\":\"refused\"}\n"
                        + "{\"id\":\"c\",\"result\":null}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-7", "12345678901234567890", "1.50", "1E+3"})
    void shouldWriteANumberAsItStood(String number) {
        assertThat(lines(answered(item(number, true), "1", null))).isEqualTo("{\"id\":" + number + ",\"result\":1}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "with \"quotes\" and \\ and /",
                "tab\t feed\n return\r null\u0000 bell\u0007 delete\u007f",
                "\u00e4\u20ac\u4e2d",
                "\ud83d\ude00 both halves",
                "line\u2028separator"
            })
    void shouldWriteStringsThatReadBackTheSame(String text) throws Exception {
        String ofId = lines(answered(item(text, false), "1", null));
        String ofReason = lines(failed(item("a", false), new Failure(text), null));

        assertThat(ofId.lines()).hasSize(1);
        assertThat(JSON.readTree(ofId).path("id").textValue()).isEqualTo(text);
        assertThat(ofReason.lines()).hasSize(1);
        assertThat(JSON.readTree(ofReason).path("error").textValue()).isEqualTo(text);
    }

    /** JSON may name half a character by its number, and a text may be cut in the middle of one. */
    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\ud83d", "\ude00b", "\ude00\ud83d", "\u00e4\ud83d\u00e4", "\ud83d\ud83d\ude00"})
    void shouldWriteHalfACharacterByItsNumber(String text) throws Exception {
        String line = lines(answered(item(text, false), "1", null));

        assertThat(line).containsIgnoringCase("\\ud");
        assertThat(JSON.readTree(line).path("id").textValue()).isEqualTo(text);
    }

    @Test
    void shouldWriteAnItemThatNobodyReadTheIdOf() {
        Item unread = new Item("body", Map.of(), null);

        assertThat(lines(failed(unread, new Failure("no"), null))).isEqualTo("{\"id\":null,\"error\":\"no\"}\n");
    }

    @Test
    void shouldAddWhatTheEndpointSays() {
        assertThat(lines(failed(item("a", false), new Failure("The endpoint refused it.", "No such street"), null)))
                .isEqualTo("{\"id\":\"a\",\"error\":\"The endpoint refused it. The endpoint says: No such street\"}\n");
    }

    /** Servers that print their JSON prettily put line feeds between its parts. */
    @Test
    void shouldKeepAnAnswerOnOneLine() throws Exception {
        String pretty = "{\n  \"x\" : [\r\n    1,\n\t2 ],\n  \"text\" : \"a\\nb\"\n}";

        String lines = lines(answered(item("a", false), pretty, null), answered(item("b", false), "1", null));

        assertThat(lines.lines()).hasSize(2);
        JsonNode result = JSON.readTree(lines.lines().findFirst().orElseThrow()).path("result");
        assertThat(result).isEqualTo(JSON.readTree(pretty));
    }

    @Test
    void shouldAddDetailsOfAnAnswer() {
        Call call = call("https://api.example.com/batch", 200, 2);

        assertThat(detailed(answered(item("a", false), "1", call)))
                .isEqualTo(
                        "{\"id\":\"a\",\"result\":1,\"success\":true,\"status\":200,"
                                + "\"url\":\"https://api.example.com/batch\",\"attempts\":2,\"time\":\"2025-11-29T11:34:56.789Z\",\"source\":null}\n");
    }

    @Test
    void shouldAddDetailsOfAFailure() {
        assertThat(detailed(failed(item("a", false), new Failure("no"), call("http://h/\"x\"", 503, 5))))
                .isEqualTo(
                        "{\"id\":\"a\",\"error\":\"no\",\"success\":false,\"status\":503,"
                                + "\"url\":\"http://h/\\\"x\\\"\",\"attempts\":5,\"time\":\"2025-11-29T11:34:56.789Z\",\"source\":null}\n");
    }

    @Test
    void shouldAddDetailsWhereNoAnswerCameOrNoCallWasMade() {
        assertThat(detailed(failed(item("a", false), new Failure("no"), call(null, 0, 3))))
                .contains("\"success\":false,\"status\":null,\"url\":null,\"attempts\":3,");
        assertThat(detailed(failed(item("a", false), new Failure("no"), null)))
                .contains("\"success\":false,\"status\":null,\"url\":null,\"attempts\":0,");
    }

    @Test
    void shouldTellWhenAnItemFailedThatWasNeverSent() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        String line = detailed(failed(item("a", false), new Failure("no"), null));

        assertThat(Instant.parse(JSON.readTree(line).path("time").textValue())).isBetween(before, Instant.now());
    }

    @Test
    void shouldTellWhereAnItemCameFrom() throws Exception {
        Item item = new Item("body", Map.of(), new Position() {
            @Override
            public String source() {
                return "orders \"eu\".jsonl";
            }

            @Override
            public long number() {
                return 1;
            }
        });

        String line = detailed(answered(item, "1", null));

        assertThat(JSON.readTree(line).path("source").textValue()).isEqualTo("orders \"eu\".jsonl");
    }

    @Test
    void shouldMergeNothingIntoARecordWithoutAValue() {
        Item empty = new Item(null, Map.of(), null);
        empty.identify("k", false);
        ResultShape merging = new ResultShape(
                ResultShape.Form.JSONL, false, ResultShape.Only.ALL, Merge.at("/answer", false), List.of(), false);

        byte[] line = new ResultLines(merging).of(List.of(answered(empty, "null", null)));

        assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("{\"id\":\"k\",\"result\":null}\n");
    }
}
