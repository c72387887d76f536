package io.github.saddlebag.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.template.ItemTemplate;
import io.github.saddlebag.testing.Mutations;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of responses with errors anywhere: each has answers, or is malformed in words. */
@Timeout(120)
class MutatedResponsesTest {

    private static final String MULTIPART = "--b\r\nContent-Type: application/http\r\nContent-ID: <response-1>\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"a\": 1}\r\n"
            + "--b\r\nContent-Type: application/http\r\nContent-ID: <response-2>\r\n\r\n"
            + "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\r\n\r\n--b--\r\n";

    private static Arguments pair(WireFormat format, String type, String... examples) {
        return Arguments.of(format.getClass().getSimpleName(), format, type, examples);
    }

    static Stream<Arguments> shouldReadOrRefuseAnyBody() {
        FormatSettings given = TestSettings.of().format();
        ItemTemplate item = ItemTemplate.of("", "");
        AnswerReader answers = Readers.of();
        return Stream.of(
                pair(new MultipartFormat(given, item, answers), "multipart/mixed; boundary=b", MULTIPART),
                pair(
                        new JsonArrayFormat(item, answers),
                        "application/json",
                        "[{\"id\":\"a\",\"result\":1},{\"id\":\"b\",\"error\":{\"message\":\"no\"}}]",
                        "{\"id\":\"a\"}"),
                pair(
                        new NdjsonFormat(item, answers),
                        "application/x-ndjson",
                        "{\"id\":\"a\"}\n{\"id\":\"b\",\"n\":[1,{}]}\n"),
                pair(new ConcatenatedFormat(item, answers), "application/json", "{\"id\":\"a\"}{\"id\":\"b\"} [1]"),
                pair(
                        new JsonRpcFormat(given, item, answers),
                        "application/json",
                        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32000,"
                                + "\"message\":\"m\"}}]",
                        "[{\"id\":1,\"error\":{\"code\":00}}]"),
                pair(
                        new ODataBatchFormat(given, item, answers),
                        "application/json",
                        "{\"responses\":[{\"id\":\"1\",\"status\":200,\"headers\":{\"Retry-After\":\"3\"},\"body\":{\"n\":1}}]}"),
                pair(
                        new BulkFormat(given, item, answers),
                        "application/json",
                        "{\"took\":1,\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":429,\"error\":{\"type\":\"t\"}}}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void shouldReadOrRefuseAnyBody(String name, WireFormat format, String type, String[] examples) {
        Mutations.feed(
                input -> {
                    try {
                        Answers answers = format.read(Response.of(200, false, type, input), 2);
                        assertThat(answers.size()).isBetween(0, input.length + 1);
                    } catch (MalformedAnswerException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                },
                examples);
    }
}
