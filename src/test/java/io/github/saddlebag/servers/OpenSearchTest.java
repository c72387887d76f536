package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bulk requests to OpenSearch as it is: each document has a fate of its own. */
@Tag("slow")
@Timeout(120)
class OpenSearchTest {

    private static final Path HOME = Path.of("src/test/servers/opensearch");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;

    private static Server server;
    private static String address;

    @BeforeAll
    static void start() throws Exception {
        Server.needed(
                Files.isDirectory(HOME.resolve("target/lib")), "OpenSearch is not there: mvn -f " + HOME + " package");
        int port = Server.freePort();
        address = "http://127.0.0.1:" + port;
        server = Server.start(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                HOME.resolve("target/lib") + "/*",
                HOME.resolve("OpenSearch.java").toString(),
                Integer.toString(port),
                folder.toString()));
        assertThat(server.firstLine()).isEqualTo("up");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void shouldGiveEachDocumentItsOwnFate() throws Exception {
        createIndex("books", 1);
        assertThat(bulk("books", "create", book("old", "1"))).noneMatch(Outcome::failed);

        List<Outcome> outcomes =
                bulk("books", "create", book("new", "2"), book("old", "3"), book("bad", "\"many\""), book("last", "4"));

        assertThat(outcomes)
                .extracting(OpenSearchTest::fate)
                .satisfiesExactly(
                        fate -> assertThat(fate).isEqualTo("201 created"),
                        fate -> assertThat(fate).contains("409", "document already exists"),
                        fate -> assertThat(fate).contains("400", "failed to parse field [pages]"),
                        fate -> assertThat(fate).isEqualTo("201 created"));
        assertThat(pages("books", "old")).isEqualTo(1);
        assertThat(pages("books", "last")).isEqualTo(4);
        assertThat(count("books")).isEqualTo(3);
    }

    @Test
    void shouldStoreOnceWhatIsSentTwiceUnderItsId() throws Exception {
        createIndex("twice", 1);

        assertThat(bulk("twice", "index", book("a", "1"), book("b", "1")))
                .extracting(OpenSearchTest::fate)
                .containsExactly("201 created", "201 created");
        assertThat(bulk("twice", "index", book("a", "2"), book("b", "2")))
                .extracting(OpenSearchTest::fate)
                .containsExactly("200 updated", "200 updated");
        assertThat(count("twice")).isEqualTo(2);
    }

    @Test
    void shouldChangeAndDeleteWhatIsThereAndSayWhatIsNot() throws Exception {
        createIndex("changes", 1);
        assertThat(bulk("changes", "index", book("a", "1"))).noneMatch(Outcome::failed);

        assertThat(bulk("changes", "update", book("a", "7"), book("none", "7")))
                .extracting(OpenSearchTest::fate)
                .satisfiesExactly(
                        fate -> assertThat(fate).isEqualTo("200 updated"),
                        fate -> assertThat(fate).contains("404", "document missing"));
        assertThat(pages("changes", "a")).isEqualTo(7);
        assertThat(bulk("changes", "delete", book("none", "0"), book("a", "0")))
                .extracting(OpenSearchTest::fate)
                .satisfiesExactly(
                        fate -> assertThat(fate).contains("404"),
                        fate -> assertThat(fate).isEqualTo("200 deleted"));
        assertThat(count("changes")).isZero();
    }

    /** Its queue is short and it has many shards: of most requests some items are refused with 429, the others are in. */
    @Test
    void shouldSendAgainOnlyTheDocumentsForWhichThereWasNoRoom() throws Exception {
        int count = 500;
        createIndex("busy", 5);
        List<String> books = IntStream.range(0, count)
                .mapToObj(i -> book("b" + i, Integer.toString(i)))
                .toList();
        try (Bundle bundle = profile("busy")
                .with("saddlebag.call.bulk-action", "create")
                .with("saddlebag.batch.max-items", 100)
                .with("saddlebag.call.concurrency", 2)
                .with("saddlebag.call.max-attempts", 50)
                .with("saddlebag.call.back-off", "50ms")
                .with("saddlebag.call.max-back-off", "200ms")
                .start()) {
            List<Outcome> outcomes = bundle.ask(books);

            // a document that was in and was sent again would have failed with 409
            assertThat(outcomes).noneMatch(Outcome::failed);
        }
        assertThat(count("busy")).isEqualTo(count);
        JsonNode pool = request("GET", "/_nodes/stats/thread_pool", "")
                .path("nodes")
                .elements()
                .next()
                .at("/thread_pool/write/rejected");
        assertThat(pool.longValue()).isPositive();
    }

    private static Bundle profile(String index) throws Exception {
        return Profile.of("opensearch-bulk", address + "/" + index + "/_bulk");
    }

    private static List<Outcome> bulk(String index, String action, String... items) throws Exception {
        try (Bundle bundle =
                profile(index).with("saddlebag.call.bulk-action", action).start()) {
            return bundle.ask(List.of(items));
        }
    }

    private static String book(String id, String pages) {
        return "{\"id\":\"" + id + "\",\"pages\":" + pages + "}";
    }

    /** Status and result of the answer, or all that is said of the failure. */
    private static String fate(Outcome outcome) {
        if (outcome.failed()) {
            return outcome.failure().reason() + " " + outcome.failure().detail();
        }
        JsonNode answer = json(Items.answer(outcome));
        return answer.path("status").asText() + " " + answer.path("result").asText();
    }

    private static void createIndex(String name, int shards) throws Exception {
        JsonNode answer = request("PUT", "/" + name, """
                {
                  "settings": {"number_of_shards": %d, "number_of_replicas": 0},
                  "mappings": {"properties": {"pages": {"type": "integer"}}}
                }
                """.formatted(shards));
        assertThat(answer.path("acknowledged").booleanValue()).as("%s", answer).isTrue();
    }

    private static int pages(String index, String id) throws Exception {
        return request("GET", "/" + index + "/_doc/" + id, "")
                .at("/_source/pages")
                .intValue();
    }

    private static int count(String index) throws Exception {
        request("POST", "/" + index + "/_refresh", "");
        return request("GET", "/" + index + "/_count", "").path("count").intValue();
    }

    private static JsonNode request(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return json(HTTP.send(request, BodyHandlers.ofString()).body());
    }

    private static JsonNode json(String text) {
        try {
            return TestApi.JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
