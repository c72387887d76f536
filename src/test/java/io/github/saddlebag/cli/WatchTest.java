package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is saved while {@code run --watch} runs: {@code saddlebag.watch.saves} files, broken ones and mended ones, while
 * {@code saddlebag.watch.items} items flow.
 */
@Tag("slow")
@Timeout(900)
class WatchTest {

    private static final String HOME = "saddlebag.home";
    private static final int ITEMS = Integer.getInteger("saddlebag.watch.items", 2000);
    private static final int SAVES = Integer.getInteger("saddlebag.watch.saves", 8);
    private static final int OF_A_BATCH = 20;

    /** How long a save may take on average, or nothing flows any more at the last. */
    private static final int SECONDS_A_SAVE = 2;

    /** How a file of routes is broken, and what is said of it. */
    private enum Broken {
        WORD("      steps:", "      stepz:", "stepz"),
        SCHEME("uri: direct", "uri: drect", "drect"),
        CUT("from:", "from: {", "line ");

        private final String before;
        private final String after;
        private final String said;

        Broken(String before, String after, String said) {
            this.before = before;
            this.after = after;
            this.said = said;
        }
    }

    @TempDir
    private Path folder;

    private Path config;
    private Path routes;

    @BeforeEach
    void copy() throws Exception {
        routes = Files.createDirectory(folder.resolve("routes"));
        Bundle.copyRoutes(routes);
        config = folder.resolve("application.properties");
        System.setProperty(HOME, folder.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(HOME);
    }

    /** As editors do: nobody sees a half. */
    private void save(Path file, String text) throws Exception {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void awaitSaid(CommandRun run, int from, String... words) {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(run.err().substring(from)).contains(words));
    }

    private static TestApi api(String mode, JobApi jobs) {
        return TestApi.start(request -> (mode.equals("job") ? jobs.answer(request) : Singles.either(request)).after(5));
    }

    private static List<String> routesOf(String mode) {
        return switch (mode) {
            case "single" -> List.of("40-match", "31-call-single", "51-deliver-file", "37-attempt-single");
            case "job" -> List.of("38-job", "40-match", "32-call-job", "36-http");
            default -> List.of("40-match", "20-batch", "36-http", "54-deliver-to", "30-call-batch");
        };
    }

    @ParameterizedTest
    @CsvSource({
        "batch, files",
        "batch, callers",
        "batch, timer",
        "single, files",
        "single, callers",
        "job, files",
        "job, callers"
    })
    void shouldGiveEachItemItsOutcomeWhateverIsSavedMeanwhile(String mode, String source) throws Exception {
        WatchedFlow flow = WatchedFlow.of(source, folder, ITEMS);
        JobApi jobs = new JobApi(2);
        try (TestApi one = api(mode, jobs);
                TestApi other = api(mode, jobs)) {
            List<TestApi> apis = List.of(one, mode.equals("job") ? one : other);
            List<String> common = new ArrayList<>(flow.properties());
            common.addAll(List.of(
                    "saddlebag.call.mode=" + mode,
                    "saddlebag.single.items=data",
                    "saddlebag.batch.max-items=" + OF_A_BATCH,
                    "saddlebag.batch.max-in-flight=500",
                    "saddlebag.job.poll-interval=10ms",
                    "saddlebag.call.back-off=5ms"));
            configure(common, one, "saddlebag.call.rate=" + rate(mode, 0, 0));
            try (CommandRun run = CommandRun.start("run", "--watch", "--config", config.toString())) {
                awaitSaid(run, 0, "watching " + config);
                flow.start();
                for (int i = 0; i * 4 < SAVES; i++) {
                    TestApi before = apis.get(i % 2);
                    TestApi to = apis.get((i + 1) % 2);
                    int sent = one.requests().size() + other.requests().size();
                    saveProperties(run, common, to, rate(mode, sent, i * 4) + 1 + i % 2);
                    int asked = before.requests().size();
                    saveRoutes(run, routesOf(mode).get(i % routesOf(mode).size()), i);
                    if (before != to) {
                        assertThat(before.requests()).hasSize(asked);
                    }
                }
                int from = run.err().length();
                configure(common, one, "saddlebag.source.http.max-callers=1234");
                awaitSaid(run, from, "saddlebag.source.http.max-callers needs a restart");
                from = run.err().length();
                Path read = routes.resolve("15-read.camel.yaml");
                save(read, Files.readString(read).replace("description: ", "description: Now. "));
                awaitSaid(run, from, "saddlebag-read holds", "needs a restart");
                configure(common, apis.get(1), "saddlebag.call.rate=0");

                Map<String, Integer> outcomes = flow.outcomes();

                assertThat(outcomes.values().stream().mapToInt(times -> times).sum())
                        .isGreaterThanOrEqualTo(ITEMS);
                Map<String, Integer> more = sent(mode, jobs, one, other);
                outcomes.forEach((id, times) -> more.merge(id, -times, Integer::sum));
                more.values().removeIf(times -> times == 0);
                assertThat(more.entrySet().stream().limit(20))
                        .as("%d items were sent more often than they have outcomes:%n%s", more.size(), run.err())
                        .isEmpty();
                assertThat(outcomes.values()).allMatch(times -> times.equals(outcomes.get("i1")));
            }
        }
    }

    @Test
    void shouldTakeWhatIsSavedWhateverElseIsInTheFolder() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo)) {
            List<String> common = WatchedFlow.of("callers", folder, 1).properties();
            configure(common, api);
            Path match = routes.resolve("40-match.camel.yaml");
            String text = Files.readString(match);
            // as Emacs marks a file that it edits, and macOS one that has attributes
            Files.createSymbolicLink(routes.resolve(".#40-match.camel.yaml"), Path.of("me@host.1:2"));
            Files.write(routes.resolve("._40-match.camel.yaml"), new byte[] {0, (byte) 0xff});
            Files.createDirectory(routes.resolve("43-odd.camel.yaml"));
            try (CommandRun run = CommandRun.start("run", "--watch", "--config", config.toString())) {
                awaitSaid(run, 0, "watching " + config);
                awaitSaid(run, 0, "43-odd.camel.yaml: it is a folder. It is left out.");
                configure(common, api, "saddlebag.call.rate=7");
                awaitSaid(run, 0, "in effect now: saddlebag.call.rate");

                Files.write(match, ("# gr\u00fcn\n" + text).getBytes(StandardCharsets.ISO_8859_1));
                awaitSaid(run, 0, "40-match.camel.yaml: it is not UTF-8 (line 1): save it as UTF-8.");
                save(match, text);
                awaitSaid(run, 0, "40-match.camel.yaml: its routes run already.");

                Path odd = routes.resolve("41-odd.camel.yaml");
                Files.createDirectory(odd);
                awaitSaid(run, 0, "41-odd.camel.yaml: it is a folder. It is left out.");
                // nobody can read it, whoever they are
                Files.createSymbolicLink(routes.resolve("42-odd.camel.yaml"), Path.of("/proc/self/mem"));
                awaitSaid(run, 0, "42-odd.camel.yaml: it cannot be read. It is left out.");
                Files.delete(match);
                Files.createDirectory(match);
                awaitSaid(run, 0, "40-match.camel.yaml: it is a folder. The previous version stays in effect.");
                int from = run.err().length();
                configure(common, api, "saddlebag.call.rate=8");
                awaitSaid(run, from, "in effect now: saddlebag.call.rate");
                Files.delete(match);
                save(match, text.replace("description: ", "description: Now. "));
                awaitSaid(run, 0, "40-match.camel.yaml: its routes are the new ones now.");
                assertThat(run.err()).containsOnlyOnce("41-odd").containsOnlyOnce("42-odd");
                Files.delete(odd);

                Path away = Files.move(routes, folder.resolve("away"));
                awaitSaid(run, 0, "40-match.camel.yaml is gone");
                Files.move(away, routes);
                awaitSaid(run, 0, "15-read.camel.yaml: its routes run already.");
            }
        }
    }

    /** By which the rest flows until the last file is saved. */
    private static int rate(String mode, int requests, int saved) {
        int all = switch (mode) {
            case "single" -> ITEMS;
            case "job" -> 3 * ITEMS / OF_A_BATCH;
            default -> ITEMS / OF_A_BATCH;
        };
        return Math.max(2, (all - requests) / ((SAVES - saved + 1) * SECONDS_A_SAVE));
    }

    private void configure(List<String> common, TestApi api, String... lines) throws Exception {
        List<String> all = new ArrayList<>(common);
        all.add("saddlebag.call.url=" + api.url());
        all.addAll(List.of(lines));
        save(config, String.join("\n", all) + "\n");
    }

    private void saveProperties(CommandRun run, List<String> common, TestApi to, int rate) throws Exception {
        int from = run.err().length();
        configure(common, to, "saddlebag.batch.max-bytes=0");
        awaitSaid(
                run,
                from,
                "application.properties, line " + (common.size() + 2) + ": saddlebag.batch.max-bytes is '0'",
                "stays in effect");

        from = run.err().length();
        configure(common, to, "saddlebag.call.rate=" + rate);
        awaitSaid(run, from, "in effect now: saddlebag.call.rate");
    }

    private void saveRoutes(CommandRun run, String name, int round) throws Exception {
        Path file = routes.resolve(name + ".camel.yaml");
        String text = Files.readString(file);
        Broken broken = Broken.values()[round % Broken.values().length];
        int from = run.err().length();
        save(file, text.replace(broken.before, broken.after));
        awaitSaid(run, from, name + ".camel.yaml", broken.said, "stays in effect");

        from = run.err().length();
        save(file, text.replace("description: ", "description: Now " + round + ". "));
        awaitSaid(run, from, name + ".camel.yaml: its routes are the new ones");
    }

    /** How often an item was sent, by its id. */
    private static Map<String, Integer> sent(String mode, JobApi jobs, TestApi... apis) {
        Stream<String> ids = mode.equals("job")
                ? jobs.submitted().stream().flatMap(List::stream)
                : Stream.of(apis)
                        .flatMap(api -> api.requests().stream())
                        .flatMap(request -> request.json().isArray()
                                ? request.ids().stream()
                                : Stream.of(request.json().path("id").asText()));
        Map<String, Integer> sent = new TreeMap<>();
        ids.forEach(id -> sent.merge(id, 1, Integer::sum));
        return sent;
    }
}
