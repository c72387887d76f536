package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs as other programs write them: read as they are meant, or refused once and by name; never nothing for a success. */
@Timeout(60)
class InputTextTest {

    private static final String LINES = "{\"id\":\"a1\",\"t\":\"x\"}\n{\"id\":\"a2\",\"t\":\"y\"}\n";
    private static final String ROWS = "id,t\r\na1,x\r\na2,y\r\n";

    private final TestApi api = TestApi.start(TestApi::echo);

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String name, byte[] bytes, String... more) throws Exception {
        Path input = Files.write(folder.resolve(name), bytes);
        return CommandRun.of(command(input.toString(), more));
    }

    private String[] command(String input, String... more) {
        String output = folder.resolve("results.jsonl").toString();
        return Stream.concat(
                        Stream.of("process", "--input", input, "--output", output, "--url", api.url()), Stream.of(more))
                .toArray(String[]::new);
    }

    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (TestApi.Request request : api.requests()) {
            request.json().forEach(item -> sent.add(item.toString()));
        }
        return sent;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,t\\ra1,x\\ra2,y\\r",
                "id,t\\ra1,x\\ra2,y",
                "id,t\\r\\na1,x\\ra2,y\\r\\n",
                "id,t\\ra1,x\\na2,y\\r\\n",
                "sep=;\\r\\nid;t\\r\\na1;x\\r\\na2;y\\r\\n",
                "\"sep=;\"\\nid;t\\na1;x\\na2;y\\n",
                "SEP=\\t\\nid\\tt\\na1\\tx\\na2\\ty\\n"
            },
            quoteCharacter = '`')
    void shouldReadRowsHoweverTheyEndAndWhateverStandsBetweenFields(String rows) throws Exception {
        byte[] bytes = rows.translateEscapes().getBytes(StandardCharsets.UTF_8);

        CommandRun run = process("rows.csv", bytes, "--csv-separator", ",");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(sent()).containsExactly("{\"id\":\"a1\",\"t\":\"x\"}", "{\"id\":\"a2\",\"t\":\"y\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "items.jsonl, UTF-16LE, true",
        "items.jsonl, UTF-16BE, true",
        "items.jsonl, UTF-16LE, false",
        "items.json, UTF-16LE, true",
        "items.txt, UTF-16LE, true",
        "items.txt, UTF-16BE, false",
        "items, UTF-16LE, true",
        "items.csv, UTF-16LE, true",
        "items.csv, UTF-16LE, false",
        "items.jsonl, UTF-32LE, true"
    })
    void shouldRefuseOtherEncodingsOnceByTheirName(String name, String charset, boolean marked) throws Exception {
        String text = (marked ? "\uFEFF" : "") + (name.endsWith("csv") ? ROWS : LINES);

        CommandRun run = process(name, text.getBytes(Charset.forName(charset)));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(charset.substring(0, 6), "iconv");
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(api.requests()).isEmpty();
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "jsonl", "csv", "lines"})
    void shouldRefuseThemOnStandardInputToo(String format) throws Exception {
        byte[] bytes = ("\uFEFF" + LINES).getBytes(StandardCharsets.UTF_16LE);

        CommandRun run = CommandRun.withInput(bytes, command("-", "--format", format));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("UTF-16", "iconv");
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"items.jsonl", "items.txt"})
    void shouldRefuseLinesThatEndWithCarriageReturnsAlone(String name) throws Exception {
        CommandRun run = process(name, LINES.replace('\n', '\r').getBytes(StandardCharsets.UTF_8));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("carriage return", "tr '\\r' '\\n'");
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"items.jsonl, 1F8B0800, gunzip", "items.csv, 28B52FFD, zstd", "items.csv, 504B0304, ZIP"})
    void shouldNameWhatIsNoText(String name, String hex, String said) throws Exception {
        byte[] bytes = new byte[100];
        byte[] begin = HexFormat.of().parseHex(hex);
        System.arraycopy(begin, 0, bytes, 0, begin.length);

        CommandRun run = process(name, bytes);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id,t\u0000\na1,x\n", "id,\u0007t\na1,x\n", "\u001Bid,t\na1,x\n"})
    void shouldRefuseHeadersWithControlCharacters(String rows) throws Exception {
        CommandRun run = process("rows.csv", rows.getBytes(StandardCharsets.UTF_8));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("control character");
        assertThat(api.requests()).isEmpty();
    }
}
