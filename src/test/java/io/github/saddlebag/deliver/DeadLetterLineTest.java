package io.github.saddlebag.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.progress.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterLineTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-02T03:04:05.006Z");

    private record Line(String source, long number) implements Position {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Outcome failed(Item item, Failure failure, Call call) {
        item.fail(failure, call);
        return item.fate();
    }

    private static Outcome failed(Item item) {
        return failed(item, new Failure("refused"), null);
    }

    private static Call call(String url, int status, int attempts) {
        return new Call("b1", url, status, attempts, List.of());
    }

    private static String lines(Outcome... outcomes) throws Exception {
        return Arrays.stream(outcomes)
                .map(outcome -> DeadLetterLine.of(outcome, NOW) + "\n")
                .collect(Collectors.joining());
    }

    private static JsonNode letter(Outcome outcome) throws Exception {
        String lines = lines(outcome);
        assertThat(lines).endsWith("\n");
        assertThat(lines.lines()).hasSize(1);
        JsonNode letter = JSON.readTree(lines);
        for (String name : names(letter)) {
            // so that they can be chosen by it
            assertThat(DeadLetters.known("--where", name)).isEqualTo(name);
        }
        return letter;
    }

    private static List<String> names(JsonNode node) {
        Iterator<String> names = node.fieldNames();
        Iterable<String> all = () -> names;
        return java.util.stream.StreamSupport.stream(all.spliterator(), false).toList();
    }

    @Test
    void shouldTellTheItemTheReasonWhatWasTriedAndWhereItCameFrom() throws Exception {
        Item item = new Item(bytes(" {\"id\":\"a\"} "), Map.of(), new Line("a.jsonl", 12));
        item.identify("a", false);
        item.content(bytes("{\"id\":\"a\"}"));

        String line = lines(failed(
                item, new Failure("The endpoint refused it.", "No such street"), call("https://h/batch", 422, 3)));

        JsonNode letter = JSON.readTree(line);
        assertThat(letter.path("id").textValue()).isEqualTo("a");
        assertThat(letter.path("item")).isEqualTo(JSON.readTree("{\"id\":\"a\"}"));
        assertThat(letter.path("reason").textValue()).isEqualTo("The endpoint refused it.");
        assertThat(letter.path("detail").textValue()).isEqualTo("No such street");
        assertThat(letter.path("status").intValue()).isEqualTo(422);
        assertThat(letter.path("url").textValue()).isEqualTo("https://h/batch");
        assertThat(letter.path("tries").intValue()).isEqualTo(3);
        assertThat(letter.path("batch").textValue()).isEqualTo("b1");
        assertThat(letter.path("source").textValue()).isEqualTo("a.jsonl");
        assertThat(letter.path("line").longValue()).isEqualTo(12);
        assertThat(letter.path("time").textValue()).isEqualTo("2026-11-02T03:04:05.006Z");
        assertThat(letter.has("text")).isFalse();
    }

    @Test
    void shouldWriteOnlyWhatIsKnown() throws Exception {
        JsonNode letter = letter(failed(new Item("text", Map.of(), null)));

        assertThat(names(letter)).containsExactly("text", "reason", "time");
    }

    @Test
    void shouldWriteALineForEachOutcome() throws Exception {
        String lines = lines(
                failed(new Item("a", Map.of(), null)),
                failed(new Item("b", Map.of(), null)),
                failed(new Item("c", Map.of(), null)));

        assertThat(lines.lines()).hasSize(3);
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"no\":1.50}", " [1, {\"a\": null}]\r\n", "{\n \"no\" : 1 }"})
    void shouldWriteJsonAsJsonThatCouldNotBeRead(String body) throws Exception {
        for (Object each : List.of(body, bytes(body))) {
            JsonNode letter = letter(failed(new Item(each, Map.of(), null)));

            assertThat(letter.path("item")).isEqualTo(JSON.readTree(body));
            assertThat(letter.has("text")).isFalse();
        }
    }

    @Test
    void shouldTellTheItemsOwnStatusRatherThanThatOfTheResponse() throws Exception {
        Failure own = Failure.ofItem("The endpoint failed this item with status 404.", "no such street", 404);

        JsonNode letter = letter(failed(new Item("a", Map.of(), null), own, call("http://h/", 200, 1)));

        assertThat(letter.path("status").intValue()).isEqualTo(404);
        assertThat(letter.path("httpStatus").intValue()).isEqualTo(200);
    }

    @Test
    void shouldWriteWhatIsNoJsonAsText() throws Exception {
        assertThat(letter(failed(new Item(bytes("not \"json\"\u0000 \u20ac"), Map.of(), null)))
                        .path("text")
                        .textValue())
                .isEqualTo("not \"json\"\u0000 \u20ac");
        assertThat(letter(failed(new Item("a string", Map.of(), null)))
                        .path("text")
                        .textValue())
                .isEqualTo("a string");
        assertThat(letter(failed(new Item(new byte[] {'a', (byte) 0xff, 'b'}, Map.of(), null)))
                        .path("base64")
                        .binaryValue())
                .as("bytes that are no text")
                .containsExactly('a', 0xff, 'b');
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-7", "12345678901234567890", "1.50"})
    void shouldWriteANumberAsItStood(String number) throws Exception {
        Item item = new Item("a", Map.of(), null);
        item.identify(number, true);

        assertThat(lines(failed(item))).startsWith("{\"id\":" + number + ",");
    }

    @Test
    void shouldKeepAnItemOnOneLine() throws Exception {
        String pretty = "{\n  \"id\" : \"a\",\r\n  \"x\" : [ 1,\n2 ]\n}";
        Item item = new Item(pretty, Map.of(), null);
        item.content(bytes(pretty));

        assertThat(letter(failed(item)).path("item")).isEqualTo(JSON.readTree(pretty));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d\ude00", "\ud83d", "\ude00b", "\"\\\t\n\u0001\u2028"})
    void shouldWriteStringsThatReadBackTheSame(String text) throws Exception {
        Item item = new Item(text, Map.of(), new Line(text, 1));
        item.identify(text, false);

        JsonNode letter = letter(failed(item, new Failure(text, text), call(text, 500, 1)));

        for (String name : List.of("id", "text", "reason", "detail", "url", "source")) {
            assertThat(letter.path(name).textValue()).as(name).isEqualTo(text);
        }
    }

    @Test
    void shouldLeaveOutAStatusThatNeverCame() throws Exception {
        JsonNode letter = letter(failed(new Item("a", Map.of(), null), new Failure("no"), call(null, 0, 5)));

        assertThat(names(letter)).doesNotContain("status", "url").contains("attempts");
        assertThat(letter.path("tries").intValue()).isEqualTo(5);
    }
}
