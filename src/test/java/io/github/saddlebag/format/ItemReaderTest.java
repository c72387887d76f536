package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @Test
    void shouldFailBytesThatAreNotUtf8() {
        byte[] bytes = {'{', '"', 'i', 'd', '"', ':', '"', (byte) 0xff, (byte) 0xfe, '"', '}'};

        assertThat(read(new ItemReader("/id", true, false), bytes)
                        .fate()
                        .failure()
                        .reason())
                .contains("in.jsonl line 17");
    }

    @Test
    void shouldFailAnItemThatIsNestedTooDeeplyAndANumberThatIsTooLong() {
        assertThat(read("[".repeat(5000) + "]".repeat(5000)).fate().failed()).isTrue();
        assertThat(read("{\"id\":" + "1".repeat(5000) + "}").fate().failed()).isTrue();
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
