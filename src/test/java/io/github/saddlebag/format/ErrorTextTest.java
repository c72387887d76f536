package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTextTest {

    private static @Nullable String text(String body) {
        return ErrorText.of(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "out of order | out of order",
                "\"out of order\" | out of order",
                "[\"first\",\"second\"] | first; second",
                "{\"errors\":{\"name\":[\"is too short\",\"is taken\"],\"age\":[\"is missing\"]}} | name: is too short; is taken; age: is missing",
                "{\"message\":\"Invalid.\",\"errors\":{\"name\":[\"Too short.\"]}} | Invalid.: name: Too short.",
                "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce.</Message></Error> | SlowDown: Please reduce.",
                "<s:Fault><faultcode>x</faultcode><faultstring>no such part</faultstring></s:Fault> | no such part",
            })
    void shouldTellWhatTheEndpointSays(String body, String text) {
        assertThat(text(body)).isEqualTo(text);
    }

    @Test
    void shouldTellNothingOfAPageOrOfWhatSaysNothing() {
        assertThat(text("<html><body><h1>502 Bad Gateway</h1></body></html>")).isNull();
        assertThat(text("{\"tags\":[\"a\"]}")).isNull();
        assertThat(text("{\"errors\":{}}")).isNull();
    }
}
