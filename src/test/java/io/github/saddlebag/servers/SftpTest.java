package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of an SFTP server are done by the route that docs/folders.md has. */
@Tag("slow")
@Timeout(180)
class SftpTest {

    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());
    private Server server;
    private Path orders;
    private Path outbox;
    private String route;

    @BeforeEach
    void start() throws Exception {
        boolean there = Stream.of("sshd-sftp", "camel-ftp").allMatch(CLASS_PATH::contains);
        Server.needed(there, "sshd-sftp and camel-ftp are not on the class path of the tests");
        Path home = Files.createDirectories(folder.resolve("home"));
        orders = Files.createDirectories(home.resolve("orders"));
        outbox = folder.resolve("outbox");
        server = Server.start(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                CLASS_PATH,
                "src/test/servers/Sftp.java",
                home.toString(),
                "someone",
                "secret"));
        route = Page.of("folders.md")
                .code("yaml", "id: orders\n")
                .replace("host: files.example.com", "host: 127.0.0.1\n        port: " + server.firstLine())
                .replace("\"{{env:SFTP_USER}}\"", "someone")
                .replace("\"{{env:SFTP_PASSWORD}}\"", "secret");
        bundle.with("saddlebag.answer.result", "/result").with("saddlebag.deliver.directory", outbox);
    }

    @AfterEach
    void stop() throws Exception {
        bundle.close();
        api.close();
        if (server != null) {
            server.close();
        }
    }

    private void drop(String name, int items) throws Exception {
        Files.write(
                orders.resolve(name),
                IntStream.range(0, items)
                        .mapToObj(i -> "{\"id\":\"" + name + i + "\",\"text\":\"t\"}")
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"streamDownload: true", "localWorkDirectory: "})
    void shouldDoTheFilesOfAServerAndMoveOnlyThoseThatAreDone(String how) throws Exception {
        drop("a.jsonl", 250);
        drop("späte Aufträge.jsonl", 3);
        drop("stays.jsonl", 1);
        // nowhere to write its results
        Files.createDirectories(outbox.resolve("stays.jsonl.results.jsonl"));
        bundle.start();

        String changed = how.endsWith(" ") ? how + folder.resolve("work") : how;
        PluginHelper.getRoutesLoader(bundle.context())
                .loadRoutes(
                        ResourceHelper.fromString("orders.camel.yaml", route.replace("streamDownload: true", changed)));

        await().atMost(Duration.ofSeconds(90))
                .until(() -> Files.exists(orders.resolve(".done/a.jsonl"))
                        && Files.exists(orders.resolve(".done/späte Aufträge.jsonl")));
        assertThat(Files.readAllLines(outbox.resolve("a.jsonl.results.jsonl")))
                .containsExactlyElementsOf(IntStream.range(0, 250)
                        .mapToObj(i -> "{\"id\":\"a.jsonl" + i + "\",\"result\":\"r:t\"}")
                        .toList());
        assertThat(Files.readAllLines(outbox.resolve("späte Aufträge.jsonl.results.jsonl")))
                .hasSize(3);
        assertThat(orders.resolve("a.jsonl")).doesNotExist();
        assertThat(orders.resolve("stays.jsonl")).exists();
        assertThat(orders.resolve(".done/stays.jsonl")).doesNotExist();
    }
}
