package io.github.saddlebag.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.template.ItemTemplate;
import io.github.saddlebag.wire.MultipartFormat;
import io.github.saddlebag.wire.Readers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {

    private static Response of(String type, byte[] body) {
        return Response.of(200, false, type, body);
    }

    private static String text(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json; charset=ISO-8859-1 | ISO-8859-1",
                "application/json;charset=\"windows-1252\" | windows-1252",
                "text/plain; q=1; Charset = utf-16 | UTF-16",
                "application/json; charset=Shift_JIS; x=y | Shift_JIS",
                "application/json; charset=us-ascii | UTF-8",
                "application/json; charset=unheard-of | UTF-8",
                "application/json | UTF-8",
            })
    void shouldReadABodyInTheCharacterSetThatItsTypeNames(String type, String charset) {
        String word = charset.equals("Shift_JIS") ? "\u3042" : "caf\u00e9";

        assertThat(text(of(type, word.getBytes(Charset.forName(charset))))).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-ndjson",
                "application/ndjson; charset=utf-8",
                "application/jsonl",
                "text/x-jsonl",
                "application/x-jsonlines",
                "application/json-seq",
                "application/stream+json",
                "application/vnd.acme+jsonl"
            })
    void shouldKnowLines(String type) {
        assertThat(of(type, new byte[0]).isSequence()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/json; x=ndjson", "application/problem+json", "text/html", ""})
    void shouldKnowWhatIsNotLines(String type) {
        assertThat(of(type, new byte[0]).isSequence()).isFalse();
    }

    private static Answers parts(String type, Charset charset, String... parts) throws Exception {
        StringBuilder text = new StringBuilder("-- a preamble\r\n");
        for (String part : parts) {
            text.append("--b\r\nContent-Type: application/http\r\n")
                    .append(part)
                    .append("\r\n");
        }
        MultipartFormat format = new MultipartFormat(TestSettings.of().format(), ItemTemplate.of("", ""), Readers.of());
        return format.read(of(type, (text + "--b--\r\n").getBytes(charset)), parts.length);
    }

    @Test
    void shouldTakePartsWithoutNamesInTheirOrder() throws Exception {
        Answers answers = parts(
                "multipart/mixed; boundary=\"b\"",
                StandardCharsets.UTF_8,
                "\r\nHTTP/1.1 200 OK\r\n\r\n{\"n\":1}",
                "Content-ID: <something>\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n",
                "\r\nHTTP/1.1 204 No Content\r\n\r\n");

        List<String> places = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            places.add(answers.id(i) + " " + answers.status(i) + " " + answers.isFailed(i));
        }
        assertThat(places).containsExactly("0 200 false", "1 404 true", "2 204 false");
    }

    @Test
    void shouldNotGuessWhereSomePartsAreNamed() throws Exception {
        Answers answers = parts(
                "multipart/mixed; boundary=b",
                StandardCharsets.UTF_8,
                "\r\nHTTP/1.1 200 OK\r\n\r\n1",
                "Content-ID: <response-item-0>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n2");

        assertThat(answers.id(0)).isNull();
        assertThat(answers.id(1)).isEqualTo("0");
    }

    @Test
    void shouldReadEachPartInItsOwnCharacterSet() throws Exception {
        Answers answers = parts(
                "multipart/mixed; boundary=b",
                StandardCharsets.ISO_8859_1,
                "\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json; charset=iso-8859-1\r\n\r\n\"caf\u00e9\"",
                "\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"caf\u00e9\"");

        assertThat(new String(answers.result(0), StandardCharsets.UTF_8)).isEqualTo("\"caf\u00e9\"");
        assertThat(answers.result(1)).isNull();
    }
}
