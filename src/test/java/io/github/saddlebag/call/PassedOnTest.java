package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Item;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassedOnTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OTHER = "00-11111111111111111111111111111111-00f067aa0ba902b7-01";

    private static Item item(String id, String parent) {
        return new Item("{}", Map.of("X-Request-Id", id, "traceparent", parent, "Authorization", "Bearer x"), null);
    }

    @Test
    void shouldPassNothingOnWhereNothingIsAskedFor() {
        assertThat(PassedOn.of("").of(List.of(item("a", PARENT)))).isEmpty();
    }

    @Test
    void shouldPassWhatIsAskedForAndNothingElse() {
        assertThat(PassedOn.of("x-request-id, traceparent").of(List.of(item("a", PARENT))))
                .containsExactlyInAnyOrderEntriesOf(Map.of("X-Request-Id", "a", "traceparent", PARENT));
    }

    @Test
    void shouldNameTheFirstTenOfManyAndNoTraceThatIsNotOfAll() {
        List<Item> items = IntStream.range(0, 30)
                .mapToObj(i -> item("r" + i % 15, i == 7 ? OTHER : PARENT))
                .toList();

        assertThat(PassedOn.of("X-Request-Id,traceparent").of(items))
                .isEqualTo(Map.of("X-Request-Id", "r0, r1, r2, r3, r4, r5, r6, r7, r8, r9"));
    }

    @Test
    void shouldPassNothingOnThatIsNoId() {
        for (String id : List.of("", "a\r\nX: y", "a b", "<script>", "x".repeat(129), "é")) {
            assertThat(PassedOn.of("X-Request-Id").of(List.of(item(id, PARENT))))
                    .as(id)
                    .isEmpty();
        }
        for (String parent :
                List.of("", PARENT + "-x", PARENT.toUpperCase(), "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01")) {
            assertThat(PassedOn.of("traceparent").of(List.of(item("a", parent))))
                    .as(parent)
                    .isEmpty();
        }
    }

    @Test
    void shouldRefuseOtherHeaders() {
        assertThatThrownBy(() -> PassedOn.of("Cookie"))
                .hasMessageContaining("saddlebag.call.pass-on")
                .hasMessageContaining("traceparent");
    }
}
