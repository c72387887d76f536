package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches for JSON-RPC servers that others wrote: each item has the fate that the server gave to it alone. */
@Tag("slow")
@Timeout(120)
class JsonRpcServersTest {

    private static final Path SERVERS = Path.of("src/test/servers");
    private static final String SECRET = "token:s";
    private static final String UNKNOWN_GID = "0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void shouldGiveEachCallOfABatchToJaysonItsOwnFate() throws Exception {
        try (Server jayson = jayson()) {
            String address = "http://127.0.0.1:" + jayson.firstLine();
            for (String path : List.of("/whole", "/reversed")) {
                List<Outcome> outcomes = ask(
                        address + path,
                        call("\"slow\"", "later", "{\"ms\":200,\"text\":\"a\"}"),
                        call("7", "later", "{\"ms\":0,\"text\":\"b\"}"),
                        call("\"none\"", "nothing", "{}"),
                        call("\"failing\"", "fail", "{\"code\":-32001,\"message\":\"no such book\"}"),
                        notification("note", "{\"label\":\"" + path + "\"}"),
                        call("\"broken\"", "broken", "{}"),
                        call("\"absent\"", "absent", "{}"),
                        // to which jayson answers with the id null: no request, and parameters of the wrong type
                        "{\"id\":\"old\",\"method\":\"sum\",\"params\":[1]}",
                        call("\"wrong\"", "sum", "3"),
                        call("\"sum\"", "sum", "[1,2,3]"));

                assertThat(outcomes)
                        .as(path)
                        .extracting(JsonRpcServersTest::fate)
                        .containsExactly(
                                "\"a\"",
                                "\"b\"",
                                "null",
                                "-32001: no such book",
                                "null",
                                "-32603: Internal error",
                                "-32601: Method not found",
                                "-32600: Invalid request",
                                "-32600: Invalid request",
                                "6");
            }
            assertThat(labels(address)).containsExactly("/whole", "/reversed");
        }
    }

    @Test
    void shouldTakeABatchOfNotificationsAsDoneThatJaysonAnswersWithNothing() throws Exception {
        try (Server jayson = jayson()) {
            String address = "http://127.0.0.1:" + jayson.firstLine();

            List<Outcome> outcomes = ask(
                    address + "/whole",
                    notification("note", "{\"label\":\"one\"}"),
                    notification("note", "{\"label\":\"two\"}"));

            assertThat(outcomes).extracting(JsonRpcServersTest::fate).containsExactly("null", "null");
            assertThat(labels(address)).containsExactly("one", "two");
        }
    }

    @Test
    void shouldHalveBatchesThatAreLongerThanJaysonTakes() throws Exception {
        try (Server jayson = jayson()) {
            String url = "http://127.0.0.1:" + jayson.firstLine() + "/three";
            try (Bundle bundle = Profile.of("json-rpc", url)
                    .with("saddlebag.call.rpc-method", "sum")
                    .start()) {
                List<Outcome> outcomes = bundle.ask(
                        IntStream.range(0, 20).mapToObj(i -> "[" + i + ",1]").toList());

                assertThat(Items.answers(outcomes))
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, 20)
                                .mapToObj(Integer::toString)
                                .toList());
            }
        }
    }

    /** It knows no notifications: it refuses them, with the id null. */
    @Test
    void shouldGiveEachCallOfABatchToAria2ItsOwnFate() throws Exception {
        byte[] content = "what is fetched".getBytes(StandardCharsets.UTF_8);
        int port = Server.freePort();
        try (TestApi files = TestApi.start(request -> TestApi.answer(200, content));
                Server aria2 = aria2(port)) {
            aria2.listening(port);
            String url = "http://127.0.0.1:" + port + "/jsonrpc";

            List<Outcome> outcomes = ask(
                    url,
                    call("\"version\"", "aria2.getVersion", "[\"" + SECRET + "\"]"),
                    call("\"unknown\"", "aria2.tellStatus", "[\"" + SECRET + "\",\"" + UNKNOWN_GID + "\"]"),
                    call("\"stranger\"", "aria2.getVersion", "[\"token:other\"]"),
                    notification("aria2.getVersion", "[\"" + SECRET + "\"]"),
                    call("\"absent\"", "aria2.absent", "[\"" + SECRET + "\"]"),
                    call("5", "aria2.addUri", "[\"" + SECRET + "\",[\"" + files.url() + "\"],{\"out\":\"five\"}]"));

            assertThat(TestApi.JSON
                            .readTree(fate(outcomes.get(0)))
                            .path("version")
                            .textValue())
                    .isNotEmpty();
            assertThat(outcomes.subList(1, 5))
                    .extracting(JsonRpcServersTest::fate)
                    .containsExactly(
                            "1: GID " + UNKNOWN_GID + " is not found",
                            "1: Unauthorized",
                            "-32600: Invalid Request.",
                            "1: No such method: aria2.absent");
            assertComplete(url, List.of(fate(outcomes.get(5))));
            assertThat(folder.resolve("five")).hasBinaryContent(content);
        }
    }

    /** Items that are no calls themselves: a template makes the parameters of one method of them. */
    @Test
    void shouldAddDownloadsToAria2() throws Exception {
        int count = 30;
        int port = Server.freePort();
        try (TestApi files = TestApi.start(request -> TestApi.answer(200, request.target()));
                Server aria2 = aria2(port)) {
            aria2.listening(port);
            String url = "http://127.0.0.1:" + port + "/jsonrpc";
            List<String> items = new ArrayList<>(IntStream.range(0, count)
                    .mapToObj(i -> "{\"id\":" + i + ",\"url\":\"http://127.0.0.1:" + files.port() + "/" + i + "\"}")
                    .toList());
            items.add("{\"id\":" + count + ",\"url\":\"no address\"}");
            try (Bundle bundle = Profile.of("json-rpc", url)
                    .with("saddlebag.call.rpc-method", "aria2.addUri")
                    .with("saddlebag.call.item", "[\"" + SECRET + "\",[${/url}]]")
                    .start()) {
                List<Outcome> outcomes = bundle.ask(items);

                assertThat(outcomes.remove(count)).matches(Outcome::failed);
                assertThat(outcomes).noneMatch(Outcome::failed);
                assertComplete(
                        url, outcomes.stream().map(JsonRpcServersTest::fate).toList());
                for (int i = 0; i < count; i++) {
                    assertThat(folder.resolve("" + i)).hasContent("/" + i);
                }
            }
        }
    }

    /** Each download is a job: it is asked for by its GID, and its item is answered when the file is there. */
    @Test
    void shouldAnswerDownloadsOfAria2WhenTheyAreComplete() throws Exception {
        int count = 12;
        int port = Server.freePort();
        try (TestApi files = TestApi.start(request ->
                        request.target().equals("/absent") ? TestApi.answer(404, "") : slow(request.target()));
                Server aria2 = aria2(port)) {
            aria2.listening(port);
            List<String> items = new ArrayList<>(IntStream.range(0, count)
                    .mapToObj(i -> "{\"id\":" + i + ",\"url\":\"http://127.0.0.1:" + files.port() + "/" + i + "\"}")
                    .toList());
            items.add("{\"id\":\"absent\",\"url\":\"http://127.0.0.1:" + files.port() + "/absent\"}");
            try (Bundle bundle = Profile.of("aria2-download", "http://127.0.0.1:" + port + "/jsonrpc")
                    .with("aria2.secret", "s")
                    .with("saddlebag.job.directory", folder.resolve("jobs"))
                    .with("saddlebag.job.poll-interval", "20ms")
                    .with("saddlebag.call.max-attempts", 2)
                    .with("saddlebag.call.back-off", "1ms")
                    .start()) {
                List<Outcome> outcomes = bundle.ask(items);

                Outcome absent = outcomes.remove(count);
                assertThat(absent.failure().reason()).contains("The job failed", "submitted 2 times");
                assertThat(absent.failure().detail()).startsWith("3: ");
                assertThat(outcomes).noneMatch(Outcome::failed);
                for (int i = 0; i < count; i++) {
                    JsonNode answer = TestApi.JSON.readTree(Items.answer(outcomes.get(i)));
                    assertThat(answer.path("status").textValue()).isEqualTo("complete");
                    assertThat(answer.at("/files/0/uris/0/uri").textValue()).endsWith("/" + i);
                    assertThat(folder.resolve("" + i)).hasContent("/" + i);
                }
            }
        }
    }

    private static TestApi.Answer slow(String content) {
        return TestApi.answer(200, content).after(150);
    }

    /** Asks, as a batch again, until all downloads are complete. */
    private static void assertComplete(String url, List<String> gids) throws Exception {
        try (Bundle bundle = Profile.of("json-rpc", url)
                .with("saddlebag.call.rpc-method", "aria2.tellStatus")
                .with("saddlebag.call.item", "[\"" + SECRET + "\",${item},[\"status\"]]")
                .start()) {
            await().atMost(20, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(bundle.ask(gids))
                            .extracting(JsonRpcServersTest::fate)
                            .containsOnly("{\"status\":\"complete\"}"));
        }
    }

    private Server jayson() throws Exception {
        Path node = Server.program("node", "install Node.js 20 or newer.");
        Server.needed(
                Files.isDirectory(SERVERS.resolve("node_modules/jayson")),
                "jayson is not installed: npm ci --prefix src/test/servers");
        return Server.start(new ProcessBuilder(node.toString(), "json-rpc.js").directory(SERVERS.toFile()));
    }

    private Server aria2(int port) throws Exception {
        Path aria2 = Server.program("aria2c", "install aria2.");
        return Server.start(new ProcessBuilder(
                        aria2.toString(),
                        "--no-conf",
                        "--quiet",
                        "--enable-rpc",
                        "--rpc-listen-port=" + port,
                        "--rpc-secret=s",
                        "--enable-dht=false",
                        "--disable-ipv6",
                        "--dir=" + folder)
                .directory(folder.toFile()));
    }

    private static List<Outcome> ask(String url, String... items) throws Exception {
        try (Bundle bundle = Profile.of("json-rpc", url).start()) {
            return bundle.ask(List.of(items));
        }
    }

    private static String call(String id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static String notification(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    /** The answer, or what the server said of the failure. */
    private static String fate(Outcome outcome) {
        return outcome.failed() ? outcome.failure().detail() : Items.answer(outcome);
    }

    private static List<String> labels(String address) throws Exception {
        List<String> labels = new ArrayList<>();
        for (JsonNode label : Server.get(address + "/seen")) {
            labels.add(label.textValue());
        }
        return labels;
    }
}
