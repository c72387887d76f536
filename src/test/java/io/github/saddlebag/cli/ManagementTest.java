package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the management server shows: metrics and health, and nothing to others than this machine. */
@Timeout(90)
class ManagementTest {

    private static final String SECRET = "s3cr3t-of-management";
    private static final Path PAGE = Path.of("docs/operations.md");
    private static final Path DASHBOARD = Path.of("docs/grafana-dashboard.json");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ((?:saddlebag|http_client)_\\w+) (\\w+)$");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `((?:saddlebag|http_client)_\\w+)` \\| (\\w+) \\|([^|]*)\\|");

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestApi api = TestApi.start(TestApi::echo);

    @AfterEach
    void stop() {
        api.close();
    }

    private Standalone start(Map<String, String> more) throws UsageException {
        Map<String, String> properties = new HashMap<>();
        properties.put("saddlebag.call.url", api.url() + "?key=" + SECRET);
        properties.put("saddlebag.call.header.Authorization", "Bearer " + SECRET);
        properties.put("saddlebag.source.http.port", "0");
        properties.put("camel.management.enabled", "true");
        properties.putAll(more);
        return Standalone.startService(null, properties);
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    private HttpResponse<String> get(String port, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + path);
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private List<Integer> post(Standalone service, List<String> items) {
        List<CompletableFuture<Integer>> sent = new ArrayList<>();
        for (String item : items) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(service.callersAddress()))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(item))
                    .build();
            sent.add(client.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::statusCode));
        }
        return sent.stream().map(CompletableFuture::join).toList();
    }

    /** The sum of all samples of this name whose labels have this. */
    private static double sum(String scrape, String name, String label) {
        return scrape.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void shouldListenOnThisMachineAloneWhereNothingElseIsSaid() throws Exception {
        try (Standalone service = start(Map.of())) {
            ManagementHttpServer server = service.context().hasService(ManagementHttpServer.class);

            assertThat(server.getHost()).isEqualTo("127.0.0.1");
            assertThat(server.getPort()).isEqualTo(9876);
            assertThat(server.isUploadEnabled()).isFalse();
            assertThat(server.isDownloadEnabled()).isFalse();
            assertThat(server.isSendEnabled()).isFalse();
            assertThat(server.isJolokiaEnabled()).isFalse();
            assertThat(get("9876", "/observe/metrics").statusCode()).isEqualTo(200);
            assertThat(get("9876", "/observe/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldShowNothingWhereItIsNotSwitchedOn() throws Exception {
        try (Standalone service = start(Map.of("camel.management.enabled", "false"))) {
            assertThat(service.context().hasService(ManagementHttpServer.class)).isNull();
        }
    }

    @Test
    void shouldCountEachItemAndEachRequest() throws Exception {
        String bad = "\"id\":\"bad\"";
        api.behave(request -> request.text().contains(bad) ? TestApi.answer(422, "") : TestApi.echo(request));
        String port = freePort();
        try (Standalone service = start(Map.of("camel.management.port", port))) {
            assertThat(post(service, items(30))).containsOnly(200);
            assertThat(post(service, List.of("{\"id\":\"bad\"}"))).containsOnly(502);

            String scrape = get(port, "/observe/metrics").body();

            assertThat(sum(scrape, "saddlebag_items_total", "outcome=\"ok\"")).isEqualTo(30);
            assertThat(sum(scrape, "saddlebag_items_total", "reason=\"refused\""))
                    .isEqualTo(1);
            assertThat(sum(scrape, "saddlebag_items_total", "")).isEqualTo(31);
            assertThat(sum(scrape, "saddlebag_calls_total", ""))
                    .isEqualTo(api.requests().size());
            assertThat(sum(scrape, "saddlebag_calls_total", "status_class=\"4xx\""))
                    .isEqualTo(1);
            assertThat(sum(scrape, "http_client_request_duration_seconds_count", "http_response_status_code=\"200\""))
                    .isEqualTo(api.requests().size() - 1);
            assertThat(sum(scrape, "http_client_request_duration_seconds_count", "server_port=\"" + api.port() + "\""))
                    .isEqualTo(api.requests().size());
            assertThat(scrape)
                    .doesNotContain(SECRET, "camel_exchanges", "camel_route_policy")
                    .contains("http_client_request_duration_seconds_bucket", "le=\"0.005\"", "le=\"10.0\"");
            checkTable(scrape);
        }
    }

    private static void checkTable(String scrape) throws IOException {
        Map<String, String> shown = new TreeMap<>();
        Matcher types = TYPE.matcher(scrape);
        while (types.find()) {
            if (!types.group(1).endsWith("_max")) {
                shown.put(types.group(1), types.group(2) + " " + labels(scrape, types.group(1)));
            }
        }
        Map<String, String> told = new TreeMap<>();
        Matcher rows = ROW.matcher(Files.readString(PAGE));
        while (rows.find()) {
            Set<String> labels = new TreeSet<>();
            Matcher names = Pattern.compile("`(\\w+)`").matcher(rows.group(3));
            while (names.find()) {
                labels.add(names.group(1));
            }
            told.put(rows.group(1), rows.group(2) + " " + labels);
        }
        assertThat(told).isEqualTo(shown);
    }

    private static Set<String> labels(String scrape, String name) {
        Set<String> labels = new TreeSet<>();
        scrape.lines()
                .filter(line -> line.matches(name + "(_count)?\\{.*"))
                .forEach(line -> Pattern.compile("(\\w+)=\"")
                        .matcher(line)
                        .results()
                        .forEach(label -> labels.add(label.group(1))));
        labels.removeAll(Set.of("pipeline", "context"));
        return labels;
    }

    @Test
    void shouldTellItsHealthWithTheBreakerAsADetail() throws Exception {
        String port = freePort();
        try (Standalone service = start(Map.of("camel.management.port", port))) {
            for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready")) {
                HttpResponse<String> health = get(port, path);

                assertThat(health.statusCode()).as(path + health.body()).isEqualTo(200);
                assertThat(TestApi.JSON.readTree(health.body()).path("status").asText())
                        .isEqualTo("UP");
            }
            assertThat(get(port, "/observe/health?data=true").body())
                    .contains("saddlebag-pipeline-saddlebag", "\"breaker\"", "CLOSED", "saddlebag-disk")
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void shouldAskInTheDashboardForNothingThatThereIsNot() throws Exception {
        Set<String> told = new TreeSet<>();
        ROW.matcher(Files.readString(PAGE)).results().forEach(row -> told.add(row.group(1)));
        JsonNode dashboard = TestApi.JSON.readTree(DASHBOARD.toFile());
        int queries = 0;
        for (JsonNode expression : dashboard.findValues("expr")) {
            Matcher names = Pattern.compile("(?:saddlebag|http_client)_\\w+").matcher(expression.asText());
            assertThat(names.find()).as(expression.asText()).isTrue();
            do {
                assertThat(told).contains(names.group().replaceAll("_(bucket|sum|count|max)$", ""));
                queries++;
            } while (names.find());
        }
        assertThat(queries).isGreaterThan(10);
    }
}
