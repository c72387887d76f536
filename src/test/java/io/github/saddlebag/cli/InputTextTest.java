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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs as other programs write them: read as they are meant, or refused once and by name; never nothing for a success. */
@Tag("slow")
@Timeout(120)
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
        "items.jsonl, UTF-16LE",
        "items.jsonl, UTF-16BE",
        "items.json, UTF-16LE",
        "items.txt, UTF-16LE",
        "items, UTF-16LE",
        "items.csv, UTF-16LE",
        "items.csv, UTF-8",
        "items.jsonl, UTF-32LE",
        "items.jsonl, UTF-32BE"
    })
    void shouldReadWhatAMarkSays(String name, String charset) throws Exception {
        String text = "\uFEFF" + (name.endsWith("csv") ? ROWS : LINES).replace("x", "\u00E9\uD83D\uDE00");

        CommandRun run = process(name, text.getBytes(Charset.forName(charset)), "--encoding", "windows-1252");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(sent())
                .containsExactly("{\"id\":\"a1\",\"t\":\"\u00E9\uD83D\uDE00\"}", "{\"id\":\"a2\",\"t\":\"y\"}");
    }

    @ParameterizedTest
    @CsvSource({"windows-1252, 80", "iso-8859-15, A4", "utf-16le, AC20", "utf-16be, 20AC", "utf-8, E282AC"})
    void shouldReadTheEncodingThatIsNamed(String encoding, String euro) throws Exception {
        Charset charset = Charset.forName(encoding);
        byte[] bytes = ("id,t\na1,\u20AC\u00FC\n").getBytes(charset);

        CommandRun run = process("rows.csv", bytes, "--encoding", encoding);

        assertThat(HexFormat.of().withUpperCase().formatHex(bytes)).contains(euro);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(sent()).containsExactly("{\"id\":\"a1\",\"t\":\"\u20AC\u00FC\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "items.jsonl, UTF-16LE, utf-16le",
        "items.txt, UTF-16BE, utf-16be",
        "items.csv, UTF-16LE, utf-16le",
    })
    void shouldTellHowToReadWhatHasNoMark(String name, String charset, String cure) throws Exception {
        String text = name.endsWith("csv") ? ROWS : LINES;

        CommandRun run = process(name, text.getBytes(Charset.forName(charset)));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--encoding " + cure, "saddlebag.source.encoding");
        assertThat(run.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(api.requests()).isEmpty();
        assertThat(folder.resolve("results.jsonl.failed.jsonl")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "jsonl", "document"})
    void shouldReadMarksOfStandardInputToo(String format) throws Exception {
        byte[] bytes = ("\uFEFF" + LINES).getBytes(StandardCharsets.UTF_16LE);

        CommandRun run = CommandRun.withInput(bytes, command("-", "--format", format));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(sent()).hasSize(2).allSatisfy(item -> assertThat(item).contains("a"));
    }

    @Test
    void shouldNameTheByteThatIsNoTextAndKeepWhatWasReadBefore() throws Exception {
        byte[] bytes = (LINES + "{\"id\":\"a3\",\"t\":\"?\"}\n").getBytes(StandardCharsets.ISO_8859_1);
        int at = LINES.length() + "{\"id\":\"a3\",\"t\":\"".length();
        bytes[at] = (byte) 0x81;

        CommandRun run = process("items.jsonl", bytes, "--encoding", "windows-1252");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("byte " + (at + 1) + " (0x81)", "windows-1252", "--encoding");
        assertThat(Files.readAllLines(folder.resolve("results.jsonl"))).hasSize(2);
    }

    @Test
    void shouldRefuseAnEncodingThatIsNotKnown() throws Exception {
        CommandRun run = process("items.jsonl", LINES.getBytes(StandardCharsets.UTF_8), "--encoding", "klingon-1");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.source.encoding", "klingon-1", "windows-1252");
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
    @CsvSource({
        "items.jsonl, 1F8B0800, gzip -t",
        "items.jsonl, 1F8BFF00, gzip",
        "items.csv, 28B52FFD, zstd -t",
        "items.csv, 504B0304, ZIP",
        "items.csv, 425A683931415926, bunzip2",
        "items.csv, FD377A585A00, xz -dc",
        "items.jsonl.gz, 7B7D0A, rename",
        "items.zst, 1F8B0800, rename"
    })
    void shouldNameWhatIsNoText(String name, String hex, String said) throws Exception {
        byte[] bytes = new byte[100];
        byte[] begin = HexFormat.of().parseHex(hex);
        System.arraycopy(begin, 0, bytes, 0, begin.length);

        CommandRun run = process(name, bytes);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id,t\u0000\na1,x\n",
                "id,\u0007t\na1,x\n",
                "\u001Bid,t\na1,x\n",
                // as lines end on mainframes, and in some editors
                "id,t\u0085a1,x\u0085",
                "id,t\u2028a1,x\u2028"
            })
    void shouldRefuseHeadersWithControlCharacters(String rows) throws Exception {
        CommandRun run = process("rows.csv", rows.getBytes(StandardCharsets.UTF_8));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("control character");
        assertThat(api.requests()).isEmpty();
    }

    /** Its lines were sent as texts, each with the character that begins a record. */
    @ParameterizedTest
    @ValueSource(strings = {"items.jsonl", "items.txt", "items.json", "items.geojsonseq"})
    void shouldRefuseATextSequenceByItsName(String name) throws Exception {
        byte[] bytes = "\u001E{\"id\":\"a1\"}\n\u001E{\"id\":\"a2\"}\n".getBytes(StandardCharsets.UTF_8);

        CommandRun run = process(name, bytes);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("JSON text sequence (RFC 7464)", "tr -d '\\036'");
        assertThat(api.requests()).isEmpty();
    }
}
