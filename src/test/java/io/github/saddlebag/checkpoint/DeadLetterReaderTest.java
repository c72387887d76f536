package io.github.saddlebag.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.deliver.DeadLetterLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterReaderTest {

    /** An item comes back byte by byte, also where it is no JSON, and no text. */
    @ParameterizedTest
    @ValueSource(strings = {"no json", "{\"a\":", "{\"a\":1.50}", "[NaN]", "\u00e4\u20ac", "\u00ff", ""})
    void shouldTakeTheItemOutAsItCame(String text) {
        byte[] body = text.getBytes(text.equals("\u00ff") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        Item item = new Item(body, Map.of(), null);
        item.fail(new Failure("refused"), null);

        String letter = DeadLetterLine.of(item.fate(), Instant.EPOCH);

        assertThat(DeadLetterReader.read(letter.getBytes(StandardCharsets.UTF_8), false)
                        .item())
                .isEqualTo(body);
    }

    /** As they were written before: JSON that could not be read stood as text. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\":\"{\\\"no\\\":1}\",\"reason\":\"It has no id.\"} | {\"no\":1}",
                "{\"id\":7,\"item\":{\"id\":7},\"reason\":\"no\",\"status\":200,\"tries\":1,\"attempts\":[]} | {\"id\":7}",
                "{\"base64\":\"Zm9v\",\"reason\":\"no\"} | foo",
            })
    void shouldReadLettersOfEarlierVersions(String letter, String item) {
        assertThat(DeadLetterReader.read(letter.getBytes(StandardCharsets.UTF_8), false)
                        .item())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(item);
    }
}
