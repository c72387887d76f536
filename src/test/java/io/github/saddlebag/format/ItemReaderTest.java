package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemReaderTest {

    private record Line(String source, long number) implements Position {}

    private static Item read(ItemReader reader, Object body) {
        Item item = new Item(body, Map.of(), new Line("in.jsonl", 17));
        reader.read(item);
        return item;
    }

    private static Item read(String body) {
        return read(new ItemReader("/id", true, false), body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a\",\"x\":1}   | a    | false",
                "{\"x\":[],\"id\":17}     | 17   | true",
                "{\"id\":1.0}             | 1.0  | true",
                "{\"id\":\"\"}            | ''   | false",
                "{\"id\":\"caf\\u00e9\"}  | café | false",
                " {\"id\" : \"a\"}        | a    | false"
            })
    void shouldFindTheId(String json, String id, boolean numeric) {
        Item item = read(json);

        assertThat(item.fate()).isNull();
        assertThat(item.id()).isEqualTo(id);
        assertThat(item.numericId()).isEqualTo(numeric);
    }

    @Test
    void shouldSendTheItemAsItCame() {
        byte[] body = "{ \"id\" : 1.50 , \"t\":\"\u00e9\\u00e9\" }".getBytes(StandardCharsets.UTF_8);

        assertThat(read(new ItemReader("/id", true, false), body).wire()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not json          | in.jsonl line 17: The item is refused: it is not valid JSON (column 1).",
                "{\"id\":1         | in.jsonl line 17: The item is refused: it is not valid JSON (column 8).",
                "{\"id\":1} x      | in.jsonl line 17: The item is refused: it is not valid JSON (column 10).",
                "{\"id\":1} 2      | in.jsonl line 17: The item is refused: something follows the JSON value (column 10).",
                "{\"id\":null}     | in.jsonl line 17: The item has no string or number at /id",
                "{\"id\":{}}       | in.jsonl line 17: The item has no string or number at /id",
                "{\"x\":1}         | in.jsonl line 17: The item has no string or number at /id",
                "[1]               | in.jsonl line 17: The item has no string or number at /id",
                "''                | in.jsonl line 17: The item is empty"
            })
    void shouldFailWhatCannotBeSentAndKnowItByItsNumber(String json, String reason) {
        Item item = read(json);

        assertThat(item.fate().failure().reason()).startsWith(reason);
        assertThat(item.id()).isEqualTo("17");
        assertThat(item.numericId()).isTrue();
    }

    /** What is in the item stays out of the message. */
    @Test
    void shouldNotRepeatTheItemInItsMessage() {
        assertThat(read("secretword").fate().failure().reason()).doesNotContain("secret");
    }

    static Stream<byte[]> notUtf8() {
        String json = "{\"id\":\"a\"}";
        return Stream.of(
                json.getBytes(StandardCharsets.UTF_16),
                json.getBytes(StandardCharsets.UTF_16LE),
                json.getBytes(StandardCharsets.UTF_16BE),
                json.getBytes(Charset.forName("UTF-32LE")),
                json.getBytes(Charset.forName("UTF-32BE")),
                ("\uFEFF" + json).getBytes(StandardCharsets.UTF_16LE),
                "{\"id\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1),
                bytes("{'id':'", 0xff, 0xfe, "'}"),
                bytes("{'id':1,'x':'", 0xc0, 0xaf, "'}"),
                bytes("{'id':1,'a longer text':'", 0xed, 0xa0, 0x80, "'}"),
                bytes("{'id':1,'x':'", 0xf5, 0x80, 0x80, 0x80, "'}"),
                bytes("{'id':1,'x':'", 0xe2, 0x82, "'}"),
                bytes("{'id':1}", 0x80),
                bytes(0xff));
    }

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer b) {
                bytes.write(b);
            } else {
                bytes.writeBytes(part.toString().replace('\'', '"').getBytes(StandardCharsets.US_ASCII));
            }
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void shouldRefuseBytesThatAreNotUtf8(byte[] bytes) {
        Item item = read(new ItemReader("/id", true, false), bytes);

        assertThat(item.fate().failure().reason())
                .startsWith("in.jsonl line 17")
                .contains("not UTF-8");
        assertThat(item.content()).isNull();
    }

    @Test
    void shouldTakeAwayAByteOrderMark() {
        ItemReader reader = new ItemReader("/id", true, false);

        for (Object body : List.of("\uFEFF{\"id\":1}", "\uFEFF{\"id\":1}".getBytes(StandardCharsets.UTF_8))) {
            Item item = read(reader, body);

            assertThat(item.id()).isEqualTo("1");
            assertThat(item.wire()).asString().isEqualTo("{\"id\":1}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"id\":1,\"a\":', '[', 1100, is nested more than 1000 levels deep",
        "'{\"id\":1,\"a\":', '{\"a\":', 1100, is nested more than 1000 levels deep",
        "'{\"id\":1,\"a\":1', '9', 1100, has a number of more than 1000 characters",
        "'{\"id\":1', '9', 1100, has a number of more than 1000 characters",
        "'{\"id\":1,\"a\":1.', '9', 1100, has a number of more than 1000 characters",
        "'{\"id\":1,\"', 'n', 60000, has a name that is too long"
    })
    void shouldRefuseAnItemThatIsABombAndSayWhy(String start, String repeated, int times, String why) {
        Item item = read(start + repeated.repeat(times) + ",\"b\":1}");

        assertThat(item.fate().failure().reason()).startsWith("in.jsonl line 17: The item is refused: it " + why);
    }

    @Test
    void shouldTakeWhatIsJustWithinTheLimits() {
        assertThat(read("{\"id\":1,\"a\":" + "[".repeat(999) + "]".repeat(999) + "}")
                        .fate())
                .isNull();
        assertThat(read("{\"id\":1,\"a\":" + "9".repeat(1000) + "}").fate()).isNull();
        assertThat(read("{\"id\":1,\"a\":\"" + "9".repeat(30_000_000) + "\"}").fate())
                .isNull();
    }

    @Test
    void shouldKnowAnItemWithoutAnIdByItsNumberWhereNoIdIsNeeded() {
        Item item = read(new ItemReader("/id", false, false), "{\"x\":1}".getBytes(StandardCharsets.UTF_8));

        assertThat(item.fate()).isNull();
        assertThat(item.id()).isEqualTo("17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"12 Mill Lane\"", "\"12 Mill\\u0020Lane\""})
    void shouldTakeTheWholeItemAsItsIdWhereThePointerIsEmpty(String json) {
        Item item = read(new ItemReader("", true, false), json.getBytes(StandardCharsets.UTF_8));

        assertThat(item.id()).isEqualTo("12 Mill Lane");
    }

    @Test
    void shouldKnowEqualObjectsByOneIdWhereTheyAreEchoed() {
        ItemReader reader = new ItemReader("", true, true);

        String one = read(reader, "{\"b\":1,\"a\":[true]}".getBytes(StandardCharsets.UTF_8))
                .id();
        String other = read(reader, " { \"a\":[ true ], \"b\":1 }".getBytes(StandardCharsets.UTF_8))
                .id();

        assertThat(one).isEqualTo(other).isEqualTo("{\"a\":[true],\"b\":1}");
    }

    @Test
    void shouldTakeTextAndMapsAndBeansFromCallers() {
        ItemReader reader = new ItemReader("/id", true, false);

        assertThat(read(reader, "{\"id\":\"a\"}").id()).isEqualTo("a");
        assertThat(read(reader, Map.of("id", 5)).id()).isEqualTo("5");
        assertThat(new String(read(reader, Map.of("id", 5)).wire(), StandardCharsets.UTF_8))
                .isEqualTo("{\"id\":5}");
        assertThat(read(reader, new Object() {}).fate().failure().reason()).contains("cannot be written as JSON");
    }

    @Test
    void shouldReadAnItemOnce() {
        Item item = new Item(List.of(), Map.of(), null);
        item.identify("known", false);
        item.content(new byte[] {'1'});

        new ItemReader("/id", true, false).read(item);

        assertThat(item.id()).isEqualTo("known");
        assertThat(item.fate()).isNull();
    }
}
