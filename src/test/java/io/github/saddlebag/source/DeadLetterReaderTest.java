package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.deliver.DeadLetterLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterReaderTest {

    /** An item comes back byte by byte, also where it is no JSON, and no text. */
    @ParameterizedTest
    @ValueSource(strings = {"no json", "{\"a\":", "\u00e4\u20ac", "\u00ff", ""})
    void shouldTakeTheItemOutAsItCame(String text) {
        byte[] body = text.getBytes(text.equals("\u00ff") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        Item item = new Item(body, Map.of(), null);
        item.fail(new Failure("refused"), null);

        String letter = DeadLetterLine.of(item.fate(), Instant.EPOCH);

        assertThat(DeadLetterReader.item(letter.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(body);
    }
}
