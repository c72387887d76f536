package io.github.saddlebag.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.TestSettings;
import io.github.saddlebag.unpack.InputBytes;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which format an input has, and what its items are. */
@Timeout(120)
class InputFormatTest {

    private static final String TWICE = " A quote within a field in quotes is written twice (RFC 4180, 2.7).";
    private static final String QUOTED = " A field that has the separator in it stands in double quotes.";

    private static final int MAX = 100;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.jsonl  | no json            | JSONL",
                "a.ndjson | [1]                | JSONL",
                "a.csv    | {\"a\":1}          | CSV",
                "A.CSV    | x                  | CSV",
                "a.json   | [1,2]              | JSON",
                "a.json   | [{\"id\":1},N{\"id\":2}] | JSON",
                "a.json   | {\"id\":1}         | JSONL",
                "a.json   | no json            | JSONL",
                "a.json   | [1]N[2]            | JSONL",
                "a.txt    | 12 Mill LaneN13 Mill Lane | LINES",
                "a.txt    | {\"id\":1}         | JSONL",
                "a.txt    | \"a\"              | JSONL",
                "a.txt    | [1,2]              | JSON",
                "a.dat    | 12 Mill Lane       | LINES",
                "a        | Mill [Lane]        | LINES",
                "a.dat    | # a noteN{\"id\":1} | JSONL",
                "a.dat    | {\"id\":N{\"id\":1} | JSONL",
                "a.dat    | 17N18              | JSONL",
                "a.json   | {N  \"id\":1N}N   | DOCUMENT",
                "a        | {\"a\":[N{\"id\":1}N]} | DOCUMENT",
                "a.json   | {\"id\":1}{\"id\":2} | DOCUMENT",
                "a.json   | {\"id\":1} {\"id\":2}N{\"id\":3} | DOCUMENT",
                "a.json   | {N  \"id\":1,N  \"broken\"N | DOCUMENT",
                "a.json   | {\"id\":1,\"a\":\"xN{\"id\":2}N | JSONL",
                "a.json   | {\"id\":1,N{\"id\":2}N{\"id\":3}N | JSONL",
                "a.jsonl  | {N\"id\":1N} | JSONL",
                "a.dat    | NN  NMill LaneN    | LINES",
                "a.dat    | ``                 | JSONL",
                "a.dat    | NN                 | JSONL",
                "a.dat    | [\"http://h/\",{\"a\":[1]}]N[\"http://i/\"] | JSONL",
                "a.dat    | [\"]\",N\"[\"]N    | JSON",
            })
    void shouldFindTheFormatOut(String name, String text, InputFormat format) throws Exception {
        String content = text.replace('N', '\n').replace("\nill", "Nill");
        Path file = Files.writeString(folder.resolve(name), content);

        assertThat(new Inputs(null, MAX, ',', InputBytes.of("auto"), "").format(file))
                .isEqualTo(format);
        assertThat(new Inputs(InputFormat.LINES, MAX, ',', InputBytes.of("auto"), "").format(file))
                .isEqualTo(InputFormat.LINES);
        if (!name.matches("(?i).*[.](jsonl|ndjson|csv|json)")) {
            assertThat(items(null, content)).as("as a stream").isEqualTo(items(format, content));
        }
    }

    @Test
    void shouldFindTheFormatOutBehindAByteOrderMark() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "\uFEFF[1,2]");

        assertThat(new Inputs(null, MAX, ',', InputBytes.of("auto"), "").format(file))
                .isEqualTo(InputFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "JSONL", "xml", "json lines"})
    void shouldNameTheFormatsThereAre(String value) {
        assertThatThrownBy(() ->
                        new InputForm(TestSettings.of("source.format", value).source()))
                .hasMessage(
                        "saddlebag.source.format is '" + value + "': give auto, jsonl, json, csv, lines or document.");
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Each item, with its number and, where it is none, the reason. */
    static List<String> items(InputFormat format, String text) throws IOException {
        return items(new Inputs(format, MAX, ',', InputBytes.of("auto"), "").open(stream(text), "stdin"));
    }

    static List<String> items(ItemInput input) throws IOException {
        List<String> items = new ArrayList<>();
        byte[] item = input.next();
        while (item != null) {
            String why = input.problem() == null ? "" : " !" + input.problem();
            items.add(input.number() + ":" + new String(item, StandardCharsets.UTF_8) + why);
            item = input.next();
        }
        assertThat(input.next()).as("again").isNull();
        return items;
    }

    @Test
    void shouldMakeAStringOfEachPlainLine() throws Exception {
        assertThat(items(InputFormat.LINES, "a \"b\" \\c\n\n\u00e4\u20ac\ud83d\ude00\r\n1\tx\n" + "y".repeat(MAX + 1)))
                .containsExactly(
                        "1:\"a \\\"b\\\" \\\\c\"",
                        "3:\"\u00e4\u20ac\ud83d\ude00\"",
                        "4:\"1\\tx\"",
                        "5:" + "y".repeat(MAX + 1) + " !The line has 101 bytes, more than saddlebag.source.max-line"
                                + " allows.");
    }

    @Test
    void shouldFailAPlainLineThatIsNotUtf8() throws Exception {
        ItemInput input = new Inputs(InputFormat.LINES, MAX, ',', InputBytes.of("auto"), "")
                .open(new ByteArrayInputStream(new byte[] {'a', (byte) 0xff, '\n', 'b', '\n'}), "stdin");

        assertThat(input.next()).containsExactly('a', 0xff);
        assertThat(input.problem()).isEqualTo("Its bytes are not UTF-8.");
        assertThat(input.next()).containsExactly('"', 'b', '"');
        assertThat(input.problem()).isNull();
    }

    @Test
    void shouldReadTheElementsOfAnArrayAsTheyStand() throws Exception {
        assertThat(items(
                        InputFormat.JSON,
                        " [ {\"a\":[1, 2],\n \"b\":\"],}\\\"[\"} ,2.50,\"x,y\", [ ] ,null,\n{\"id\" : 1}\n]\n "))
                .containsExactly(
                        "1:{\"a\":[1, 2],\n \"b\":\"],}\\\"[\"}",
                        "2:2.50",
                        "3:\"x,y\"",
                        "4:[ ]",
                        "5:null",
                        "6:{\"id\" : 1}");
        assertThat(items(InputFormat.JSON, "[]")).isEmpty();
        assertThat(items(InputFormat.JSON, " [ \n ] ")).isEmpty();
        assertThat(items(InputFormat.JSON, "")).isEmpty();
        assertThat(items(InputFormat.JSON, "\uFEFF[1]")).containsExactly("1:1");
    }

    @Test
    void shouldLeaveABrokenElementToFailByItself() throws Exception {
        assertThat(items(InputFormat.JSON, "[1,{bad},,{\"a\":1} {\"b\":2},\"no end\n,2,]"))
                .containsExactly("1:1", "2:{bad}", "3:", "4:{\"a\":1} {\"b\":2}", "5:\"no end", "6:2", "7:");
        assertThat(items(InputFormat.JSON, "[1,\"" + "x".repeat(2000) + "\",2]"))
                .containsExactly(
                        "1:1",
                        "2:\"" + "x".repeat(1023)
                                + " !The element has 2002 bytes, more than saddlebag.source.max-line allows.",
                        "3:2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,{\"a\":2", "[1,{\"a\":[2},3]", "[1,23", "[1,", "[1,\"x"})
    void shouldTellThatAnArrayIsNotClosed(String text) throws Exception {
        List<String> items = items(InputFormat.JSON, text);

        assertThat(items).hasSize(2).first().isEqualTo("1:1");
        assertThat(items.get(1)).startsWith("2:").contains(" !The array is not closed");
    }

    @Test
    void shouldTellWhatFollowsAnArray() throws Exception {
        assertThat(items(InputFormat.JSON, "[1]\n[2]\n"))
                .containsExactly("1:1", "2:[2] !Something follows the end of the array.");
        assertThatThrownBy(() -> items(InputFormat.JSON, "{\"a\":1}"))
                .isInstanceOf(UnreadableInputException.class)
                .hasMessage("It does not begin with [, as a JSON array does.");
    }

    @Test
    void shouldMakeAnObjectOfEachRowOfACsvFile() throws Exception {
        assertThat(
                        items(
                                InputFormat.CSV,
                                "\uFEFFid,\"the \"\"text\"\"\",c\r\n1,a b, x \r\n\r\n2,\"x,\"\"y\"\"\nz\",\"\"\n3,5\"\" pipe,\u00e4\n4,,"))
                .containsExactly(
                        "2:{\"id\":\"1\",\"the \\\"text\\\"\":\"a b\",\"c\":\" x \"}",
                        "4:{\"id\":\"2\",\"the \\\"text\\\"\":\"x,\\\"y\\\"\\nz\",\"c\":\"\"}",
                        "6:{\"id\":\"3\",\"the \\\"text\\\"\":\"5\\\"\\\" pipe\",\"c\":\"\u00e4\"}",
                        "7:{\"id\":\"4\",\"the \\\"text\\\"\":\"\",\"c\":\"\"}");
        assertThat(items(InputFormat.CSV, "")).isEmpty();
        assertThat(items(InputFormat.CSV, "\nid\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`\"a\\\"b\",1`, Something follows the quote that closes a field.",
                "`\"say \\\"hi\\\"\",1`, Something follows the quote that closes a field.",
                "`\"a\\\",b\",1`, `The row has 3 fields, the header 2.`",
                "`1,\"a\\\"\"`, A quote is not closed: the file ends within this row."
            })
    void shouldNameTheCureForQuotesBehindABackslash(String row, String problem) throws Exception {
        assertThat(items(InputFormat.CSV, "a,b\n" + row))
                .singleElement()
                .asString()
                .startsWith("2:" + row + " !" + problem)
                .endsWith(" A backslash before a quote, as MySQL writes it, is no CSV: export with"
                        + " FIELDS ENCLOSED BY '\"' ESCAPED BY '\"', or write each \\\" as \"\".");
    }

    @Test
    void shouldKeepBackslashesOfRowsThatAreCsv() throws Exception {
        assertThat(items(InputFormat.CSV, "a,b\n\"C:\\\",\\N\n"))
                .containsExactly("2:{\"a\":\"C:\\\\\",\"b\":\"\\\\N\"}");
    }

    @Test
    void shouldFailARowThatIsNotAsItShouldBe() throws Exception {
        assertThat(items(InputFormat.CSV, "a,b\n1\n1,2,3\n\"x\"y,2\n" + "z".repeat(MAX + 1) + "\n3,4\n\"5\n,6\n"))
                .containsExactly(
                        "2:1 !The row has 1 field, the header 2." + QUOTED,
                        "3:1,2,3 !The row has 3 fields, the header 2." + QUOTED,
                        "4:\"x\"y,2 !Something follows the quote that closes a field." + TWICE,
                        "5:" + "z".repeat(MAX + 1)
                                + " !The row has 101 bytes, more than saddlebag.source.max-line allows.",
                        "6:{\"a\":\"3\",\"b\":\"4\"}",
                        "7:\"5\n,6\n !A quote is not closed: the file ends within this row.");
    }

    @ParameterizedTest
    @CsvSource({
        "'a,,b\n1,2,3', The header of the CSV file has no name for column 2. Give it one.",
        "'a,b,a\n1,2,3', 'The header of the CSV file names \"a\" twice. Rename one of them, as the columns are the fields of"
                + " the items.'",
        "'a,\"b\n1,2', 'The header of the CSV file cannot be read: A quote is not closed: the file ends within this row.'"
    })
    void shouldSayWhatIsWrongWithAHeader(String text, String message) {
        assertThatThrownBy(() -> items(InputFormat.CSV, text))
                .isInstanceOf(UnreadableInputException.class)
                .hasMessage(message);
    }

    /** What a checkpoint relies on: from behind any item, the rest is read as it was. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "JSONL | `{\"a\":1}\n\nx\r\n[2]\n 3 `",
                "LINES | `one\n\ntwo\r\n\"three\"`",
                "JSON | `[ 1 ,{\"a\":[2,\"]\"]}\n,, \"x\"  ]  `",
                "JSON | `[1,2,{\"a\":`",
                "JSON | `[1,2] 3`",
                "JSON | `\n[\n1\n,\n2\n]`",
                "CSV | `a,b\n1,2\n\n\"3\n\",\"4\"\"\"\nbad\n5,6`"
            })
    void shouldGoOnBehindAnyItem(InputFormat format, String text) throws Exception {
        Path file = Files.writeString(folder.resolve("a"), text);
        Inputs inputs = new Inputs(format, MAX, ',', InputBytes.of("auto"), "");
        List<String> all = items(inputs.open(file, format, ItemInput.Place.BEGIN));
        ItemInput first = inputs.open(file, format, ItemInput.Place.BEGIN);

        for (int i = 1; i <= all.size(); i++) {
            first.next();
            assertThat(items(inputs.open(file, format, first.place())))
                    .as("behind item %d", i)
                    .isEqualTo(all.subList(i, all.size()));
        }
    }

    @Test
    void shouldHandItemsOfAStreamOnWithoutWaitingForMoreThanItNeeds() throws Exception {
        String lines = IntStream.range(0, 20).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        InputStream slow = new InputStream() {
            private final InputStream text = stream(lines);
            private int read;

            @Override
            public int read() throws IOException {
                read++;
                assertThat(read).as("bytes read").isLessThan(120);
                return text.read();
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                bytes[from] = (byte) read();
                return 1;
            }
        };

        ItemInput input = new Inputs(null, MAX, ',', InputBytes.of("auto"), "").open(slow, "stdin");

        assertThat(new String(input.next(), StandardCharsets.UTF_8)).isEqualTo("\"line 0\"");
    }

    private List<String> documents(String text) throws IOException {
        List<String> values = new ArrayList<>();
        try (ItemInput in = new Inputs(InputFormat.DOCUMENT, MAX, ',', InputBytes.of("auto"), "")
                .open(Files.writeString(folder.resolve("d.json"), text), InputFormat.DOCUMENT, ItemInput.Place.BEGIN)) {
            for (byte[] next = in.next(); next != null; next = in.next()) {
                values.add(new String(next, StandardCharsets.UTF_8) + (in.problem() == null ? "" : "!"));
                assertThat(in.number()).isEqualTo(values.size());
            }
        }
        return values;
    }

    @Test
    void shouldReadDocumentsOfAnyLayout() throws Exception {
        assertThat(documents("{\n  \"a\": \"}\\\"\",\n  \"b\": [1,\n2]\n}\n"))
                .containsExactly("{\n  \"a\": \"}\\\"\",\n  \"b\": [1,\n2]\n}");
        assertThat(documents("{\"a\":1}{\"a\":2} [3]\n\n\"x\""))
                .containsExactly("{\"a\":1}", "{\"a\":2}", "[3]", "\"x\"");
        assertThat(documents(" \n ")).isEmpty();
        assertThat(documents("17\n")).containsExactly("17\n");
    }

    @Test
    void shouldMakeOneItemOfATextAndOfWhatIsBroken() throws Exception {
        assertThat(documents("Dear \"all\",\nit is late.\n")).containsExactly("\"Dear \\\"all\\\",\\nit is late.\\n\"");
        assertThat(documents("{\n  \"a\": [1,\n}\n")).containsExactly("{\n  \"a\": [1,\n}\n");
        assertThat(documents("{\"a\":1}\nno,\njson\n")).containsExactly("{\"a\":1}", "no,\njson\n");
        assertThat(documents("\"" + "x".repeat(2000) + "\""))
                .hasSize(1)
                .allSatisfy(value -> assertThat(value).endsWith("!"));
    }

    @Test
    void shouldGoOnBehindADocument() throws Exception {
        Path file = Files.writeString(folder.resolve("d.json"), "{\n}\n{\"a\":2} [3]");
        Inputs inputs = new Inputs(InputFormat.DOCUMENT, MAX, ',', InputBytes.of("auto"), "");
        ItemInput.Place place;
        try (ItemInput in = inputs.open(file, InputFormat.DOCUMENT, ItemInput.Place.BEGIN)) {
            in.next();
            place = in.place();
        }
        try (ItemInput in = inputs.open(file, InputFormat.DOCUMENT, place)) {
            assertThat(in.next()).asString(StandardCharsets.UTF_8).isEqualTo("{\"a\":2}");
            assertThat(in.number()).isEqualTo(2);
        }
    }
}
