package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples do what their pages say, by the command that stands there, with files and addresses of this machine. */
@Tag("slow")
@Timeout(120)
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    private Path folder;

    private CopiedCommands copied;

    @BeforeEach
    void prepare() {
        copied = new CopiedCommands(folder);
        copied.replace("examples/", folder + "/examples/");
        copied.replace("=outbox", "=" + folder + "/outbox");
    }

    @AfterEach
    void stop() throws Exception {
        copied.close();
    }

    private static Page page(String example) throws Exception {
        return Page.at(EXAMPLES.resolve(example).resolve("README.md"));
    }

    private static String command(String example) throws Exception {
        List<String> blocks = page(example).code("sh");
        assertThat(blocks).as("commands of " + example).hasSize(1);
        return blocks.get(0).strip();
    }

    private static List<String> expected(String example) throws Exception {
        return page(example).code("text").get(0).lines().toList();
    }

    /** Puts the example into the folder, and calls what stands here for its endpoint. */
    private Path copy(String example) throws Exception {
        Path to = folder.resolve("examples").resolve(example);
        try (Stream<Path> files = Files.walk(EXAMPLES.resolve(example))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(EXAMPLES.resolve(example).relativize(file));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, copied.here(Files.readString(file)));
            }
        }
        return to;
    }

    static List<String> examples() throws Exception {
        try (Stream<Path> entries = Files.list(EXAMPLES)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldSayByWhatItIsRunWhatComesOfItAndWhatToChange(String example) throws Exception {
        assertThat(command(example)).matches("(?s)(bin/saddlebag|java|mvn) .*" + example + ".*");
        assertThat(expected(example)).isNotEmpty();
        assertThat(page(example).text()).contains("\n**What to change first**");
        assertThat(Files.readString(EXAMPLES.resolve("README.md"))).contains("[" + example + "](" + example + ")");
    }

    @Test
    void shouldEnrichACsvFile() throws Exception {
        copied.startMock();
        copy("csv-get");

        copied.run(command("csv-get"));

        assertThat(Files.readAllLines(folder.resolve("located.csv")))
                .extracting(ExamplesTest::timeless)
                .isEqualTo(
                        expected("csv-get").stream().map(ExamplesTest::timeless).toList());
    }

    /** Without how long it took. */
    private static String timeless(String line) {
        return line.replaceAll("in \\d+\\.\\ds\\)", "in 0s)");
    }

    @Test
    void shouldGeocodeByAJob() throws Exception {
        copied.startMock();
        copy("geocoding-job");

        copied.run(command("geocoding-job"));

        assertThat(Files.readAllLines(folder.resolve("positions.jsonl"))).isEqualTo(expected("geocoding-job"));
    }

    @Test
    void shouldAskForPricesAgainAndAgain() throws Exception {
        copied.startMock();
        copy("prices");
        Path prices = folder.resolve("outbox/prices.jsonl");
        List<String> words = new ArrayList<>(List.of(copied.words(copied.here(command("prices")))));
        words.addAll(List.of("--set", "saddlebag.source.timer.period=300ms"));

        try (CommandRun run = CommandRun.start(words.toArray(String[]::new))) {
            await().atMost(LONG)
                    .until(() ->
                            Files.exists(prices) && Files.readAllLines(prices).size() >= 6);
        }

        List<String> lines = Files.readAllLines(prices);
        assertThat(lines.subList(0, 3)).containsExactlyInAnyOrderElementsOf(expected("prices"));
        assertThat(lines.subList(3, 6)).containsExactlyInAnyOrderElementsOf(expected("prices"));
    }

    @Test
    void shouldLoadWhatGoesFromTopicToTopicAndShowItsRequest() throws Exception {
        copied.replace("127.0.0.1:9092", "127.0.0.1:1");
        copy("kafka-to-kafka");

        copied.run(command("kafka-to-kafka"));

        assertThat(copied.told().lines()).containsSequence(expected("kafka-to-kafka"));
        assertThat(copied.told().lines().filter(line -> line.contains(" warning: ")))
                .singleElement()
                .asString()
                .contains("saddlebag.source.kafka.brokers is '127.0.0.1:1'");
    }

    @Test
    void shouldIndexDocuments() throws Exception {
        try (TestApi index = TestApi.start(ExamplesTest::indexed)) {
            copied.replace("localhost:9200", "127.0.0.1:" + index.port());
            copy("opensearch");

            copied.run(command("opensearch"));

            assertThat(index.requests()).singleElement().satisfies(request -> {
                assertThat(request.target()).isEqualTo("/books/_bulk");
                assertThat(request.text()).startsWith("{\"index\":{\"_id\":\"b1\"}}\n{\"id\":\"b1\",\"title\":");
            });
        }
        List<String> begins = expected("opensearch");
        List<String> lines = Files.readAllLines(folder.resolve("indexed.jsonl"));
        assertThat(lines).hasSameSizeAs(begins);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).startsWith(begins.get(i));
        }
    }

    /** What OpenSearch answers to actions with their documents. */
    private static TestApi.Answer indexed(TestApi.Request request) throws Exception {
        List<String> items = new ArrayList<>();
        for (String line : request.text().split("\n")) {
            String id = TestApi.JSON.readTree(line).at("/index/_id").asText();
            if (!id.isEmpty()) {
                items.add("{\"index\":{\"_index\":\"books\",\"_id\":\"" + id + "\",\"status\":201}}");
            }
        }
        return TestApi.answer(200, "{\"took\":1,\"errors\":false,\"items\":[" + String.join(",", items) + "]}")
                .with("Content-Type", "application/json");
    }

    @Test
    void shouldCallThreePipelinesFromAProgram() throws Exception {
        copied.startMock();
        Path example = copy("java");
        Path classes = compile(example.resolve("ThreePipelines.java"));

        String printed = printed(
                classes,
                "ThreePipelines",
                example.resolve("application.properties").toString());

        assertThat(printed.lines()).containsExactlyElementsOf(expected("java"));
    }

    @Test
    void shouldCompileAgainstWhatASpringApplicationHas() throws Exception {
        Path classes = compile(
                EXAMPLES.resolve("spring-boot/src/main/java/com/example/places").resolve("Application.java"));

        assertThat(classes.resolve("com/example/places/Application.class")).exists();
    }

    @Test
    void shouldTakeAKameletForAStep() throws Exception {
        copied.startMock();
        Path resources = copy("kamelet").resolve("src/main/resources");
        Path positions = folder.resolve("outbox/positions.jsonl");
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(resources.resolve("application.properties"))));
        Main main = new Main();
        main.setInitialProperties(properties);
        main.configure().withRoutesIncludePattern("file:" + resources.resolve("camel/places.camel.yaml"));
        main.start();
        try {
            await().atMost(LONG)
                    .until(() -> Files.exists(positions)
                            && Files.readAllLines(positions).size() == 3);
        } finally {
            main.stop();
        }
        assertThat(Files.readAllLines(positions)).containsExactlyInAnyOrderElementsOf(expected("kamelet"));
    }

    /** Compiles against the class path of the tests; the folder of the classes. */
    private Path compile(Path source) throws Exception {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-proc:none", "-cp", CLASS_PATH, "-d", classes.toString()),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            assertThat(done).as(said.toString()).isTrue();
        }
        return classes;
    }

    private String printed(Path classes, String program, String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream own = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } finally {
            System.setOut(own);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
