package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results as CSV, TSV, a JSON array and merged items, as they stand in the file. */
@Tag("slow")
@Timeout(120)
class OutputFormatsTest {

    private static final String ROWS = "id,name,id2\n1,\"a, \"\"b\"\"\",x\n2,=1+1,y\n3, c,z\n";

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(request -> {
        List<String> answers = new ArrayList<>();
        request.json().forEach(item -> answers.add(answer(item.path("id").asText())));
        return TestApi.answer(200, "[" + String.join(",", answers) + "]");
    });

    private static String answer(String id) {
        return switch (id) {
            case "2" -> "{\"id\":\"2\",\"error\":\"no such, sorry\"}";
            case "3" -> "{\"id\":\"3\",\"lat\":-2.50,\"more\":true}";
            default -> "{\"id\":\"" + id + "\",\"lat\":1.0,\"tags\":[1, {\"a\": \"b c\"}],\"none\":null}";
        };
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun process(String input, String output, String... more) throws Exception {
        Path items = folder.resolve("items.csv");
        if (!Files.exists(items) || !Files.readString(items).equals(input)) {
            Files.writeString(items, input);
        }
        Stream<String> begin = Stream.of(
                "process",
                "--input",
                items.toString(),
                "--output",
                folder.resolve(output).toString(),
                "--url",
                api.url());
        return CommandRun.of(Stream.concat(begin, Stream.of(more)).toArray(String[]::new));
    }

    private String read(String output) throws Exception {
        return Files.readString(folder.resolve(output));
    }

    @Test
    void shouldWriteColumnsOfTheInputAndOfTheFirstGoodAnswer() throws Exception {
        CommandRun run = process(ROWS, "out.csv");

        assertThat(run.status()).isEqualTo(3);
        assertThat(read("out.csv").replaceAll("The endpoint refused[^:]*: ", ""))
                .isEqualTo("id,name,id2,result.id,result.lat,result.tags,result.none,error\n"
                        + "1,\"a, \"\"b\"\"\",x,1,1.0,\"[1,{\"\"a\"\":\"\"b c\"\"}]\",,\n"
                        + "2,=1+1,y,,,,," + error() + "\n"
                        + "3,\" c\",z,3,-2.50,,,\n");
        assertThat(folder.resolve("out.csv.failed.jsonl")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void shouldWaitWithTheColumnsForTheFirstGoodAnswer(String ordered) throws Exception {
        String torn = "id,name,id2\n9\n8,x\n2,b,y\n3,c,z\n";

        CommandRun run = process(
                torn,
                "out.csv",
                "--set",
                "saddlebag.batch.max-items=1",
                "--set",
                "saddlebag.deliver.ordered=" + ordered);

        assertThat(run.status()).as(run.err()).isEqualTo(3);
        List<String> rows = Files.readAllLines(folder.resolve("out.csv"));
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0)).isEqualTo("id,name,id2,result.id,result.lat,result.more,error");
        assertThat(rows).contains("3,c,z,3,-2.50,true,").anyMatch(row -> row.startsWith("2,b,y,,,,"));
    }

    /** What waits for the first good answer must not take the room in which that is read. */
    @ParameterizedTest
    @ValueSource(
            strings = {"saddlebag.deliver.ordered=true", "saddlebag.deliver.ordered=false", "saddlebag.deliver.keep=1B"
            })
    void shouldReadOnWhileRowsWait(String setting) throws Exception {
        String torn = "id,name\n" + "x\n".repeat(30) + "3,c\n";

        process(torn, "out.csv", "--set", "saddlebag.batch.max-in-flight=2", "--set", setting);
        // without a checkpoint
        CommandRun piped = CommandRun.of(
                "process",
                "--input",
                folder.resolve("items.csv").toString(),
                "--output",
                "-",
                "--output-format",
                "csv",
                "--url",
                api.url(),
                "--dead-letters",
                folder.resolve("letters.jsonl").toString(),
                "--set",
                "saddlebag.batch.max-in-flight=2",
                "--set",
                setting);

        for (String written : List.of(read("out.csv"), piped.out())) {
            assertThat(written.lines().filter(row -> !row.startsWith("{")))
                    .as(piped.err())
                    .hasSize(32)
                    .startsWith("id,name,result.id,result.lat,result.more,error")
                    .contains("3,c,3,-2.50,true,");
        }
    }

    @Test
    void shouldWriteTheColumnsOfTheInputWhereNothingSucceeds() throws Exception {
        process("id,name\n9\n8,x,\n", "out.csv");
        process("id,name\n", "none.csv");
        process("id,name\n", "named.tsv", "--columns", "id,result.lat");

        assertThat(read("out.csv")).startsWith("id,name,result,error\n2,,,").hasLineCount(3);
        assertThat(read("none.csv")).isEqualTo("id,name,result,error\n");
        assertThat(read("named.tsv")).isEqualTo("id\tresult.lat\n");
        assertThat(api.requests()).isEmpty();
    }

    private String error() throws Exception {
        String line = Files.readAllLines(folder.resolve("out.csv")).get(2);
        assertThat(line).contains("no such, sorry");
        return line.substring(line.indexOf(",,,,,") + 5).replaceAll("The endpoint refused[^:]*: ", "");
    }

    @Test
    void shouldWriteTheColumnsThatAreNamedAndDefuseFormulas() throws Exception {
        process(ROWS, "out.tsv", "--columns", "id, result.lat,name,result.tags", "--csv-safe");

        assertThat(read("out.tsv"))
                .isEqualTo("id\tresult.lat\tname\tresult.tags\n"
                        + "1\t1.0\t\"a, \"\"b\"\"\"\t\"[1,{\"\"a\"\":\"\"b c\"\"}]\"\n"
                        + "2\t\t'=1+1\t\n"
                        + "3\t-2.50\t\" c\"\t\n");
    }

    @Test
    void shouldWriteAnArrayThatIsWholeAgainAfterTheInputHasGrown() throws Exception {
        process(ROWS, "out.json", "--only", "ok");
        String once = read("out.json");
        assertThat(TestApi.JSON.readTree(once)).hasSize(2);
        assertThat(once).startsWith("[\n{\"id\":\"1\",").endsWith("}\n]\n");

        CommandRun again = process(ROWS, "out.json", "--only", "ok");
        assertThat(again.summary().path("resumed").asBoolean()).isTrue();
        assertThat(read("out.json")).isEqualTo(once);

        process(ROWS + "4,d,w\n", "out.json", "--only", "ok");
        assertThat(TestApi.JSON.readTree(read("out.json"))).hasSize(3);
        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldCloseAnArrayWhoseEndACrashHasTorn(int missing) throws Exception {
        process(ROWS, "out.json");
        String once = read("out.json");
        Files.writeString(folder.resolve("out.json"), once.substring(0, once.length() - missing));

        CommandRun again = process(ROWS, "out.json");

        assertThat(again.summary().path("resumed").asBoolean()).as(again.err()).isTrue();
        assertThat(read("out.json")).isEqualTo(once);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldGoOnWithTheColumnsOfTheFile() throws Exception {
        process(ROWS.substring(0, ROWS.indexOf("2,=")), "out.csv");
        String header = Files.readAllLines(folder.resolve("out.csv")).get(0);

        CommandRun run = process(ROWS, "out.csv");

        assertThat(run.status()).isEqualTo(3);
        assertThat(Files.readAllLines(folder.resolve("out.csv"))).hasSize(4).startsWith(header);
        assertThat(Files.readAllLines(folder.resolve("out.csv")).get(3)).isEqualTo("3,\" c\",z,3,-2.50,,,");
    }

    @Test
    void shouldPutAnswersIntoTheirItems() throws Exception {
        String lines = "{\"id\":\"1\", \"n\": 1.50e3 }\n{\"id\":\"5\",\"geo\":{}}\n{\"id\":\"2\"}\n7\n";

        CommandRun run = process(lines, "out.jsonl", "--format", "jsonl", "--merge", "/geo", "--answer-result", "/lat");

        assertThat(run.status()).isEqualTo(3);
        List<String> out = Files.readAllLines(folder.resolve("out.jsonl"));
        assertThat(out).hasSize(4);
        assertThat(out.get(0)).isEqualTo("{\"id\":\"1\", \"n\": 1.50e3 ,\"geo\":1.0}");
        assertThat(out.get(1)).contains("\"error\"", "something at /geo already");
        assertThat(out.get(2)).contains("\"id\":\"2\",\"error\"");
        assertThat(api.requests().get(0).text()).doesNotContain("\"5\"");
    }

    @Test
    void shouldWriteNothingButTheFailed() throws Exception {
        process(ROWS, "out.jsonl", "--only", "failed");

        assertThat(Files.readAllLines(folder.resolve("out.jsonl")))
                .singleElement()
                .asString()
                .startsWith("{\"id\":\"2\",\"error\"");
    }

    @Test
    void shouldWriteAnEmptyArrayForAnEmptyInput() throws Exception {
        assertThat(process("", "out.json", "--format", "jsonl").status()).isZero();

        assertThat(read("out.json")).isEqualTo("[\n]\n");
    }
}
