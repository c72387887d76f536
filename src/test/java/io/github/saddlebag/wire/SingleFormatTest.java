package io.github.saddlebag.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.format.Answers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingleFormatTest {

    private SingleFormat format = new SingleFormat(Readers.of());

    private String answer(String response) throws Exception {
        return answer(response.getBytes(StandardCharsets.UTF_8));
    }

    private String answer(byte[] response) throws Exception {
        Answers answers = format.read(response, 1);
        assertThat(answers.size()).isEqualTo(1);
        byte[] result = answers.result(0);
        return result == null ? null : new String(result, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"a":1}            | {"a":1}
                    [1, 2]             | [1, 2]
                    ` {"a": 1e2 } `    | {"a": 1e2 }
                    17                 | 17
                    "text"             | "text"
                    null               | null
                    hello              | "hello"
                    <a href="b">\\</a> | "<a href=\\"b\\">\\\\</a>"
                    {"a":1} {"b":2}    | "{\\"a\\":1} {\\"b\\":2}"
                    1],[2              | "1],[2"
                    {"a":              | "{\\"a\\":"
                    ``                 | ""
                    """)
    void shouldTakeTheResponseForTheAnswer(String response, String answer) throws Exception {
        assertThat(answer(response)).isEqualTo(answer);
    }

    @Test
    void shouldQuoteWhatNoLineCanHold() throws Exception {
        assertThat(answer("a\r\nb\u0000")).isEqualTo("\"a\\r\\nb\\u0000\"");
        assertThat(answer(new byte[] {(byte) 0xff, 'a'})).isEqualTo("\"\ufffda\"");
    }

    @Test
    void shouldTakeJsonThatIsTooDeepForText() throws Exception {
        assertThat(answer("[".repeat(100_000))).startsWith("\"[[[").hasSize(100_002);
    }

    @Test
    void shouldFindTheResultAndTheFailureWithinTheAnswer() throws Exception {
        format = new SingleFormat(Readers.of("answer.result", "/r", "answer.status", "/status"));

        assertThat(answer("{\"r\":[1],\"status\":200}")).isEqualTo("[1]");
        assertThat(answer("{\"x\":1}")).isNull();
        assertThat(answer("no JSON")).isNull();
        assertThat(format.read("{\"status\":404}".getBytes(StandardCharsets.UTF_8), 1)
                        .isFailed(0))
                .isTrue();
    }
}
