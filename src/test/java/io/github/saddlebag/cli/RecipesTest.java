package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the documentation do what they say, as they are copied from there. */
@Tag("slow")
@Timeout(120)
class RecipesTest {

    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private static final int MOST_COMMANDS = 5;

    @TempDir
    private Path folder;

    private CopiedCommands copied;

    @BeforeEach
    void startMock() {
        copied = new CopiedCommands(folder);
        copied.startMock();
    }

    @AfterEach
    void stop() throws Exception {
        copied.close();
    }

    /** What the commands of the recipe that contains a text print. */
    private String run(String containing) throws Exception {
        String script = Page.of("recipes.md").code("sh", containing);
        assertThat(CopiedCommands.commands(script)).as("commands to copy").hasSizeLessThanOrEqualTo(MOST_COMMANDS);
        return copied.run(script);
    }

    @Test
    void shouldGetAnAnswerForEachRow() throws Exception {
        List<String> rows = run("people.csv").lines().toList();
        assertThat(rows.get(0)).isEqualTo("id,address,result.position,error");
        assertThat(rows.get(1)).startsWith("1,\"1 Mill Lane, Aldermere\",");
        assertThat(rows).hasSize(3);
    }

    @Test
    void shouldWriteTheColumnsThatAreNamed() throws Exception {
        List<String> rows = run("streets.tsv").lines().toList();
        assertThat(rows.get(0)).isEqualTo("id\taddress\tresult.position.lat\terror");
        assertThat(rows.get(1)).matches("a\t1 Mill Lane\t-?[\\d.]+\t");
        assertThat(rows.get(2)).startsWith("b\t7\t\t").contains("no such address");
    }

    @Test
    void shouldPutAnswersIntoTheirItems() throws Exception {
        assertThat(run("places.jsonl"))
                .startsWith("{\"id\":\"a\",\"address\":\"1 Mill Lane\",\"position\":{\"lat\":")
                .hasLineCount(1);
    }

    @Test
    void shouldReadPackedItemsAndWriteWhatJqReads() throws Exception {
        assertThat(run("packed.jsonl.gz").lines()).hasSize(2).allMatch(row -> row.matches("[ab]\t-?[\\d.]+"));
    }

    @Test
    void shouldTakeTheFilesOfAFolder() throws Exception {
        assertThat(run("of-the-day.jsonl").lines())
                .satisfiesExactly(
                        a -> assertThat(a).startsWith("{\"id\":\"a\",\"result\":"),
                        b -> assertThat(b).startsWith("{\"id\":\"b\",\"result\":"));
    }

    @Test
    void shouldReadWhatStandsAtAnAddress() throws Exception {
        try (TestApi server =
                TestApi.start(request -> TestApi.answer(200, "{\"id\":\"a\",\"address\":\"1 Mill Lane\"}"))) {
            copied.replace("https://example.com/", "http://127.0.0.1:" + server.port() + "/");

            assertThat(run("from-there.jsonl"))
                    .startsWith("{\"id\":\"a\",\"result\":")
                    .hasLineCount(1);
        }
    }

    @Test
    void shouldGoOnWithARunThatWasKilled() throws Exception {
        Path launcher = Files.createDirectory(folder.resolve("bin")).resolve("saddlebag");
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' -cp '" + CLASS_PATH
                        + "' io.github.saddlebag.cli.Saddlebag \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();

        String printed = run("done.jsonl");

        assertThat(printed).doesNotContain("\"items\":");
        List<String> lines =
                printed.lines().filter(line -> line.startsWith("{\"id\":")).toList();
        assertThat(lines).hasSize(200).doesNotHaveDuplicates();
        assertThat(lines.get(199)).startsWith("{\"id\":\"a200\",\"result\":");
    }

    @Test
    void shouldPutNewResultsInThePlaceOfErrors() throws Exception {
        assertThat(run("mended.jsonl").lines()).hasSize(2).allMatch(line -> line.contains("\"result\":"));
    }

    @Test
    void shouldRenameFieldsAndFetchAToken() throws Exception {
        try (TestApi tokens =
                        TestApi.start(request -> TestApi.answer(200, "{\"access_token\":\"t1\",\"expires_in\":3600}"));
                TestApi keyed = TestApi.start(request -> TestApi.answer(200, request.text()))) {
            copied.replace("https://login.example.com/token", tokens.url());
            copied.replace("https://api.example.com/batch", keyed.url());

            assertThat(run("keyed.jsonl")).hasLineCount(2);

            assertThat(keyed.requests().get(0).text())
                    .isEqualTo("[{\"key\":\"a\",\"text\":\"1 Mill Lane\" },{\"key\":\"b\",\"text\":\"2 Mill Lane\" }]");
            assertThat(keyed.requests().get(0).headers().toString()).contains("Bearer t1");
        }
    }

    @Test
    void shouldAskForAJobWhereItsBodySays() throws Exception {
        JobApi jobs = new JobApi(2);
        try (TestApi server = TestApi.start(request -> {
            if (request.method().equals("GET")) {
                return jobs.ask(request);
            }
            jobs.submit(request);
            return TestApi.answer(202, "{\"links\":{\"self\":\"/tasks/job-1\"}}");
        })) {
            copied.replace("https://api.example.com/jobs", server.url());

            assertThat(run("of-jobs.jsonl")).hasLineCount(2).contains("{\"id\":\"b\",\"result\":");

            assertThat(server.requests().get(1).target()).isEqualTo("/tasks/job-1");
        }
    }

    @Test
    void shouldMakeLinesOfText() throws Exception {
        assertThat(run("readings.jsonl"))
                .contains("Content-Type: text/plain; charset=utf-8")
                .contains("\ntemperature,host=a value=21.5\ntemperature,host=b value=19\n");
    }
}
