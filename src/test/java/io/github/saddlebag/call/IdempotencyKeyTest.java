package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {

    private static List<Item> items(String... contents) {
        return Arrays.stream(contents)
                .map(content -> {
                    Item item = new Item(content, Map.of(), null);
                    item.content(content.getBytes(StandardCharsets.UTF_8));
                    return item;
                })
                .toList();
    }

    @Test
    void shouldBeTheSameForTheSameItemsAndAnotherForAnyPartOrOrderOfThem() {
        String key = IdempotencyKey.of(items("a", "b", "c"), 0);

        assertThat(IdempotencyKey.of(items("a", "b", "c"), 0)).isEqualTo(key).matches("[0-9a-f]{32}");
        assertThat(List.of(
                        IdempotencyKey.of(items("a", "b"), 0),
                        IdempotencyKey.of(items("c"), 0),
                        IdempotencyKey.of(items("b", "a", "c"), 0),
                        IdempotencyKey.of(items("ab", "c"), 0),
                        IdempotencyKey.of(items("a", "bc"), 0)))
                .doesNotHaveDuplicates()
                .doesNotContain(key);
    }
}
