package io.github.saddlebag.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.format.ItemReader;
import io.github.saddlebag.template.ItemTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is added to the address, and what cannot be. */
class QueryFormatTest {

    private QueryFormat format = format();

    private static QueryFormat format(String... others) {
        Settings settings = TestSettings.of(others);
        return new QueryFormat(settings, ItemTemplate.of("", ""), Readers.of(settings));
    }

    private static Item item(String json, String id) {
        Item item = new Item(json, Map.of(), null);
        new ItemReader("/id", true, false).read(item);
        assertThat(item.id()).isEqualTo(id);
        return item;
    }

    private static Item item(String id) {
        return item("{\"id\":\"" + id + "\"}", id);
    }

    private String written(Item... items) {
        return new String(format.write(List.of(items)), StandardCharsets.US_ASCII);
    }

    @Test
    void shouldJoinTheIds() {
        assertThat(written(item("a"), item("b"), item("c"))).isEqualTo("ids=a,b,c");
    }

    @Test
    void shouldRepeatTheParameterWhereNothingStandsBetween() {
        format = format("call.get-name", "id[]", "call.get-separator", "");

        assertThat(written(item("a,b"), item("c"))).isEqualTo("id%5B%5D=a%2Cb&id%5B%5D=c");
        assertThat(format.refusal(item("a,b"))).isNull();
    }

    @ParameterizedTest
    @CsvSource({"a b,a%20b", "ü,%C3%BC", "a&b=c,a%26b%3Dc", "x/y?z#,x%2Fy%3Fz%23", "-._~,-._~", "%2C,%252C", "+,%2B"})
    void shouldEncodeAllThatMeansSomething(String id, String encoded) {
        assertThat(written(item(id))).isEqualTo("ids=" + encoded);
        assertThat(format.wireBytes(item(id))).isEqualTo(encoded.length() + 1);
    }

    @Test
    void shouldTakeAnotherValueThanTheId() {
        format = format("call.get-value", "/at/code");

        assertThat(written(item("{\"id\":\"a\",\"at\":{\"code\":7}}", "a"))).isEqualTo("ids=7");
        assertThat(format.refusal(item("{\"id\":\"a\",\"at\":{}}", "a")))
                .isEqualTo("The item has no string, number or boolean at '/at/code' for the address"
                        + " (saddlebag.call.get-value).");
    }

    @Test
    void shouldRefuseAValueThatWouldBeReadAsTwo() {
        assertThat(format.refusal(item("a,b")))
                .isEqualTo(
                        "The item's value for the address has a ',' in it, and the endpoint would read more than one."
                                + " Let the parameter be repeated: --set saddlebag.call.get-separator= (empty).");
    }

    @Test
    void shouldBoundTheAddress() {
        format = format("call.url", "https://api.example.com/users", "call.get-max-url", "100");

        assertThat(format.mostBytes()).isEqualTo(100 - 29 - 4);
        assertThat(format.refusal(item("x".repeat(66)))).isNull();
        assertThat(format.refusal(item("x".repeat(67))))
                .isEqualTo("The item alone makes the address longer than 100 characters (saddlebag.call.get-max-url).");
    }

    @ParameterizedTest
    @ValueSource(strings = {"&", "=", "%", "ab", "|"})
    void shouldRefuseASeparatorThatMeansSomethingElse(String separator) {
        assertThatThrownBy(() -> format("call.get-separator", separator))
                .hasMessageContaining("saddlebag.call.get-separator");
    }
}
