package io.github.saddlebag.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.TestSettings;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.ItemReader;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Matcher;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.json.ObjectJson;
import io.github.saddlebag.template.ItemTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each format against a server that reads its requests with other means: whatever of the answers is missing, doubled, in
 * another order or garbled, an item gets its own answer or none.
 */
class WireFormatsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CASES = 1000;

    /** What the server was asked for by one item: the key of the answer, and the item's number. */
    private record Asked(String key, int number) {}

    /** What it says to one item; a status from 400 on is a failure. */
    private record Said(String key, int number, int status) {}

    /** A format and the server to it. */
    private record Pair(
            String name,
            WireFormat format,
            Function<Integer, String> item,
            Function<String, List<Asked>> server,
            Function<List<Said>, String> answer) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** Makes a format of its settings, of what stands for an item, and of how answers are read. */
    private interface Maker {
        WireFormat make(FormatSettings settings, ItemTemplate item, AnswerReader answers);
    }

    /** @param others names and values in turn */
    private static WireFormat format(Maker maker, String... others) {
        Settings settings = TestSettings.of(others);
        return maker.make(
                settings.format(), ItemTemplate.of("", settings.format().item()), Readers.of(settings));
    }

    private static String plain(int n) {
        return "{\"id\":\"k" + n + "\",\"n\":" + n + ",\n \"text\":\"\u00e9\\n\\\"}],{\\u0000\"}";
    }

    private static String rpc(int n) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + n + ",\"method\":\"m\",\"params\":{\"n\":" + n + "}}";
    }

    private static String request(int n) {
        return "{\"id\":\"r" + n + "\",\"method\":\"POST\",\"url\":\"/x/" + n + "\",\"body\":{\"n\":" + n + "}}";
    }

    static Stream<Pair> formats() {
        String[] byId = {"answer.result", "/v", "answer.status", "/s"};
        WireFormat indexed = format(
                JsonEnvelopeFormat::new,
                "call.item",
                "${/n}",
                "call.envelope",
                "{\"model\":\"a\",\"in\":{\"put\":${items} } }",
                "answer.match",
                "index",
                "answer.list",
                "/data",
                "answer.id",
                "/index",
                "answer.result",
                "/v",
                "answer.status",
                "/s");
        WireFormat lists = format(
                JsonEnvelopeFormat::new,
                "call.item",
                "{\"Id\":\"${index}\",\"Body\":${text} }",
                "call.envelope",
                "/Entries",
                "answer.match",
                "index",
                "answer.list",
                "/Ok",
                "answer.id",
                "/Id",
                "answer.failures",
                "/Failed",
                "answer.status",
                "/s");
        return Stream.of(
                new Pair(
                        "json-array by id",
                        format((given, item, answers) -> new JsonArrayFormat(item, answers), byId),
                        WireFormatsTest::plain,
                        body -> array(json(body), "/id", "/n"),
                        said -> objects(said, "id").toString()),
                new Pair(
                        "json-array by position",
                        format(
                                (given, item, answers) -> new JsonArrayFormat(item, answers),
                                "answer.match",
                                "position",
                                "answer.result",
                                "/v",
                                "answer.status",
                                "/s"),
                        WireFormatsTest::plain,
                        body -> byPlace(json(body), "/n"),
                        said -> objects(said, "ignored").toString()),
                new Pair(
                        "envelope by index",
                        indexed,
                        WireFormatsTest::plain,
                        body -> byPlace(json(body).at("/in/put"), ""),
                        said -> JSON.createObjectNode()
                                .set("data", objects(said, "index"))
                                .toString()),
                new Pair(
                        "envelope with two lists",
                        lists,
                        WireFormatsTest::plain,
                        body -> embedded(json(body).path("Entries")),
                        WireFormatsTest::twoLists),
                new Pair(
                        "ndjson",
                        format((given, item, answers) -> new NdjsonFormat(item, answers), byId),
                        WireFormatsTest::plain,
                        body -> array(lines(body), "/id", "/n"),
                        said -> joined(objects(said, "id"), "\n")),
                new Pair(
                        "concatenated",
                        format((given, item, answers) -> new ConcatenatedFormat(item, answers), byId),
                        WireFormatsTest::plain,
                        body -> array(values(body), "/id", "/n"),
                        said -> joined(objects(said, "id"), "")),
                new Pair(
                        "bulk",
                        format(BulkFormat::new, "call.bulk-index", "books"),
                        WireFormatsTest::plain,
                        WireFormatsTest::bulk,
                        WireFormatsTest::bulkAnswer),
                new Pair(
                        "json-rpc with a method",
                        format(JsonRpcFormat::new, "call.rpc-method", "do"),
                        WireFormatsTest::plain,
                        body -> array(json(body), "/id", "/params/n"),
                        WireFormatsTest::rpcAnswer),
                new Pair(
                        "json-rpc of requests",
                        format(JsonRpcFormat::new),
                        WireFormatsTest::rpc,
                        body -> array(json(body), "/id", "/params/n"),
                        WireFormatsTest::rpcAnswer),
                new Pair(
                        "odata with an address",
                        format(ODataBatchFormat::new, "call.part-url", "/x/${url:/id}"),
                        WireFormatsTest::plain,
                        body -> array(json(body).path("requests"), "/id", "/body/n"),
                        WireFormatsTest::odataAnswer),
                new Pair(
                        "odata of requests",
                        format(ODataBatchFormat::new),
                        WireFormatsTest::request,
                        body -> array(json(body).path("requests"), "/id", "/body/n"),
                        WireFormatsTest::odataAnswer),
                new Pair(
                        "multipart with an address",
                        format(MultipartFormat::new, "call.part-url", "/x/${url:/id}"),
                        WireFormatsTest::plain,
                        WireFormatsTest::multipart,
                        WireFormatsTest::multipartAnswer),
                new Pair(
                        "multipart of requests",
                        format(MultipartFormat::new),
                        WireFormatsTest::request,
                        WireFormatsTest::multipart,
                        WireFormatsTest::multipartAnswer));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void shouldGiveEachItemItsOwnAnswerOrNone(Pair pair) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try {
            for (int i = 0; i < CASES; i++) {
                check(pair, random);
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(pair + ": seed " + seed, e);
        }
    }

    private void check(Pair pair, Random random) {
        List<Item> items = items(pair, random);
        String request = new String(pair.format.write(items), StandardCharsets.UTF_8);
        List<Asked> asked = pair.server.apply(request);
        assertThat(asked).extracting(Asked::number).containsExactlyElementsOf(numbers(items));
        long wire = items.stream().mapToLong(pair.format::wireBytes).sum();
        assertThat((double) wire)
                .as("bytes on the wire")
                .isBetween(request.length() * 0.5 - 150, request.length() * 1.5 + 150);

        List<Said> said = new ArrayList<>();
        for (Asked one : asked) {
            said.add(new Said(one.key, one.number, random.nextInt(5) == 0 ? 404 : 200));
        }
        byte[] answer = pair.answer.apply(said).getBytes(StandardCharsets.UTF_8);
        assertMatch(pair, items, said, answer);

        int shape = random.nextInt(4);
        if (shape == 0 && pair.format.correlation() != Correlation.POSITION) {
            Collections.shuffle(said, random);
            assertMatch(pair, items, said, bytes(pair, said));
        } else if (shape == 1) {
            said.removeIf(one -> random.nextInt(3) == 0);
            assertMatch(pair, items, said, bytes(pair, said));
        } else if (shape == 2) {
            said.add(random.nextInt(said.size() + 1), new Said("77777", 7, 200));
            assertMatch(pair, items, said, bytes(pair, said));
        } else {
            assertNothingStrange(pair, items, said, garbled(answer, random));
        }
    }

    private static byte[] bytes(Pair pair, List<Said> said) {
        return pair.answer.apply(said).getBytes(StandardCharsets.UTF_8);
    }

    private static List<Item> items(Pair pair, Random random) {
        ItemReader reader = new ItemReader("/id", pair.format, false, null, null, () -> ObjectJson.of(List.of()));
        List<Item> items = new ArrayList<>();
        int first = random.nextInt(1000);
        for (int i = 0; i <= random.nextInt(12); i++) {
            Item item = new Item(pair.item.apply(first + i), Map.of(), null);
            reader.read(item);
            assertThat(item.fate()).isNull();
            items.add(item);
        }
        return items;
    }

    private static List<Integer> numbers(List<Item> items) {
        return items.stream().map(WireFormatsTest::number).toList();
    }

    private static int number(Item item) {
        JsonNode json = json(new String(item.wire(), StandardCharsets.UTF_8));
        JsonNode found = json.findValue("n");
        return found.asInt();
    }

    /** Each item has what was said to it; where the count tells what is what, all or none. */
    private static void assertMatch(Pair pair, List<Item> items, List<Said> said, byte[] response) {
        Map<Integer, Said> byNumber = new HashMap<>();
        boolean none = pair.format.correlation() == Correlation.POSITION && said.size() != items.size();
        if (!none) {
            said.forEach(one -> byNumber.putIfAbsent(one.number, one));
        }
        Answers answers;
        try {
            answers = pair.format.read(response, items.size());
        } catch (MalformedAnswerException e) {
            assertThat(said).as(e.getMessage()).isEmpty();
            return;
        }
        int[] answerOf = match(pair, items, answers);
        for (int i = 0; i < items.size(); i++) {
            int number = number(items.get(i));
            Said expected = said.stream()
                    .filter(one -> one.number == number && !one.key.equals("77777"))
                    .findFirst()
                    .orElse(null);
            if (none || expected == null) {
                assertThat(answerOf[i]).isEqualTo(Matcher.MISSING);
            } else {
                assertThat(answerOf[i]).isNotNegative();
                assertThat(answers.isFailed(answerOf[i])).isEqualTo(expected.status >= 400);
                assertThat(new String(answers.whole(answerOf[i]), StandardCharsets.UTF_8))
                        .contains("echo" + number + ".");
                if (expected.status < 400) {
                    assertThat(new String(answers.result(answerOf[i]), StandardCharsets.UTF_8))
                            .contains("echo" + number + ".");
                }
            }
        }
    }

    private static int[] match(Pair pair, List<Item> items, Answers answers) {
        List<String> ids = items.stream().map(Item::id).toList();
        return Matcher.match(pair.format.correlation(), ids, true, pair.format.failuresByIndex(), answers)
                .answerOf();
    }

    /** A torn or garbled response is refused, or what is left of it belongs to whom it names. */
    private static void assertNothingStrange(Pair pair, List<Item> items, List<Said> said, byte[] response) {
        Answers answers;
        try {
            answers = pair.format.read(response, items.size());
        } catch (MalformedAnswerException e) {
            return;
        }
        if (Arrays.mismatch(response, bytes(pair, said)) == response.length) {
            // merely torn: each answer that is left is whole
            int[] answerOf = match(pair, items, answers);
            for (int i = 0; i < items.size(); i++) {
                if (answerOf[i] >= 0) {
                    assertThat(new String(answers.whole(answerOf[i]), StandardCharsets.UTF_8))
                            .contains("echo" + number(items.get(i)) + ".");
                }
            }
        }
        match(pair, items, answers);
    }

    private static byte[] garbled(byte[] answer, Random random) {
        if (random.nextBoolean()) {
            return Arrays.copyOf(answer, random.nextInt(answer.length + 1));
        }
        byte[] bytes = answer.clone();
        for (int i = 0; i < 3 && bytes.length > 0; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    private static JsonNode lines(String body) {
        assertThat(body).endsWith("\n");
        ArrayNode lines = JSON.createArrayNode();
        body.lines().forEach(line -> lines.add(json(line)));
        return lines;
    }

    private static JsonNode values(String body) {
        ArrayNode values = JSON.createArrayNode();
        try (var found = JSON.readerFor(JsonNode.class).<JsonNode>readValues(body)) {
            found.forEachRemaining(values::add);
        } catch (IOException e) {
            throw new AssertionError(body, e);
        }
        return values;
    }

    private static List<Asked> array(JsonNode items, String id, String number) {
        List<Asked> asked = new ArrayList<>();
        for (JsonNode item : items) {
            asked.add(new Asked(item.at(id).asText(), item.at(number).asInt(-1)));
        }
        return asked;
    }

    private static List<Asked> byPlace(JsonNode items, String number) {
        List<Asked> asked = new ArrayList<>();
        for (JsonNode item : items) {
            asked.add(new Asked(Integer.toString(asked.size()), item.at(number).asInt(-1)));
        }
        return asked;
    }

    private static List<Asked> embedded(JsonNode entries) {
        List<Asked> asked = new ArrayList<>();
        for (JsonNode entry : entries) {
            asked.add(new Asked(
                    entry.path("Id").asText(),
                    json(entry.path("Body").asText()).path("n").asInt(-1)));
        }
        return asked;
    }

    private static ArrayNode objects(List<Said> said, String key) {
        ArrayNode array = JSON.createArrayNode();
        for (Said one : said) {
            array.addObject()
                    .put("v", "echo" + one.number + ".")
                    .put("s", one.status)
                    .put(key, one.key)
                    .put("braces", "}]\"\r\n--");
        }
        return array;
    }

    private static String joined(ArrayNode values, String between) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.toString()));
        return String.join(between, texts) + between;
    }

    private static String twoLists(List<Said> said) {
        ObjectNode lists = JSON.createObjectNode();
        lists.set(
                "Failed", objects(said.stream().filter(one -> one.status >= 400).toList(), "Id"));
        lists.set("Ok", objects(said.stream().filter(one -> one.status < 400).toList(), "Id"));
        return lists.toString();
    }

    private static List<Asked> bulk(String body) {
        JsonNode lines = lines(body);
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 2) {
            assertThat(lines.get(i).at("/index/_index").asText()).isEqualTo("books");
            assertThat(lines.get(i).at("/index/_id").asText())
                    .isEqualTo(lines.get(i + 1).path("id").asText());
            asked.add(new Asked("", lines.get(i + 1).path("n").asInt(-1)));
        }
        return asked;
    }

    private static String bulkAnswer(List<Said> said) {
        ObjectNode answer = JSON.createObjectNode().put("took", 3).put("errors", true);
        ArrayNode items = answer.putArray("items");
        for (Said one : said) {
            ObjectNode index = items.addObject().putObject("index");
            index.put("_index", "books").put("_id", "echo" + one.number + ".");
            if (one.status >= 400) {
                index.putObject("error").put("type", "not_found").put("reason", "none");
            }
            index.put("status", one.status);
        }
        return answer.toString();
    }

    private static String rpcAnswer(List<Said> said) {
        ArrayNode answers = JSON.createArrayNode();
        for (Said one : said) {
            ObjectNode answer = answers.addObject().put("jsonrpc", "2.0");
            if (one.status >= 400) {
                answer.putObject("error").put("code", -32000).put("message", "echo" + one.number + ".");
            } else {
                answer.putObject("result").put("v", "echo" + one.number + ".");
            }
            answer.put("id", Integer.parseInt(one.key));
        }
        return answers.toString();
    }

    private static String odataAnswer(List<Said> said) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode responses = answer.putArray("responses");
        for (Said one : said) {
            ObjectNode response = responses.addObject().put("id", one.key).put("status", one.status);
            response.putObject("headers").put("Content-Type", "application/json");
            response.putObject("body").put("v", "echo" + one.number + ".");
        }
        return answer.toString();
    }

    private static List<Asked> multipart(String body) {
        String boundary = body.substring(0, body.indexOf("\r\n"));
        assertThat(body).endsWith(boundary + "--\r\n");
        List<Asked> asked = new ArrayList<>();
        String[] parts = body.split(java.util.regex.Pattern.quote(boundary));
        for (String part : Arrays.copyOfRange(parts, 1, parts.length - 1)) {
            String[] pieces = part.split("\r\n\r\n", 3);
            assertThat(pieces[0]).contains("Content-Type: application/http");
            assertThat(pieces[1]).startsWith("POST /x/").contains(" HTTP/1.1\r\nContent-Type: application/json");
            String id = pieces[0].replaceAll("(?s).*Content-ID: <(.*?)>.*", "$1");
            asked.add(new Asked(id, json(pieces[2]).path("n").asInt(-1)));
        }
        return asked;
    }

    private static String multipartAnswer(List<Said> said) {
        StringBuilder answer = new StringBuilder("preamble\r\n");
        for (Said one : said) {
            answer.append("--b_1\r\nContent-Type: application/http\r\nContent-ID: <response-")
                    .append(one.key)
                    .append(">\r\n\r\nHTTP/1.1 ")
                    .append(one.status)
                    .append(" OK\r\nContent-Type: application/json\r\n\r\n{\"v\":\"echo")
                    .append(one.number)
                    .append(".\"}\r\n");
        }
        return answer + "--b_1--\r\n";
    }
}
