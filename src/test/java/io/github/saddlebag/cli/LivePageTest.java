package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.page.LivePage;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.testing.TestApi;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live page, over HTTP, and as a browser shows it where one is installed. */
@Tag("slow")
@Timeout(90)
class LivePageTest {

    private static final String SECRET = "s3cr3t-of-page";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + LivePage.PATH + path);
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private JsonNode data(int port) throws Exception {
        return TestApi.JSON.readTree(get(port, "/data.json").body());
    }

    private int post(Standalone service, String item) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.callersAddress()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(item))
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private Standalone service(TestApi api, int port) throws Exception {
        Standalone service = Standalone.startService(
                null,
                Map.of(
                        "saddlebag.call.url",
                        api.url() + "?key=" + SECRET,
                        "saddlebag.call.header.Authorization",
                        "Bearer " + SECRET,
                        "saddlebag.source.http.port",
                        "0",
                        "saddlebag.batch.max-wait",
                        "1ms",
                        "camel.management.enabled",
                        "true",
                        "camel.management.port",
                        Integer.toString(port)));
        LivePage.start(service.context(), List::of);
        return service;
    }

    @Test
    void shouldShowWhatIsCountedAndNothingOfItems() throws Exception {
        int port = freePort();
        try (TestApi api = TestApi.start(
                        request -> request.ids().contains("bad") ? TestApi.answer(422, "") : TestApi.echo(request));
                Standalone service = service(api, port)) {
            assertThat(post(service, item("good"))).isEqualTo(200);
            assertThat(post(service, item("bad"))).isEqualTo(502);

            HttpResponse<String> response = get(port, "/data.json");

            assertThat(response.body()).doesNotContain(SECRET, "good", "bad", "127.0.0.1");
            JsonNode pipeline =
                    TestApi.JSON.readTree(response.body()).path("pipelines").path(0);
            assertThat(pipeline.path("name").textValue()).isEqualTo("saddlebag");
            assertThat(pipeline.path("answered").intValue()).isEqualTo(1);
            assertThat(pipeline.path("failures").path("refused").intValue()).isEqualTo(1);
            assertThat(pipeline.path("batches").intValue()).isEqualTo(2);
            assertThat(pipeline.path("calls").path("ok").intValue()).isEqualTo(1);
            assertThat(pipeline.path("calls").path("failed").intValue())
                    .isEqualTo(api.requests().size() - 1);
            assertThat(pipeline.path("breaker").textValue()).isEqualTo("CLOSED");
            assertThat(pipeline.path("call_us").size() / 2).isBetween(1, 2);
        }
    }

    @Test
    void shouldLetNobodyDoAnythingButLook() throws Exception {
        int port = freePort();
        try (TestApi api = TestApi.start(TestApi::echo);
                Standalone service = service(api, port)) {
            for (String path : List.of("", "/page.js", "/page.css", "/uplot.js", "/uplot.css", "/data.json")) {
                HttpResponse<String> response = get(port, path);

                assertThat(response.statusCode()).as(path).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Security-Policy"))
                        .get()
                        .asString()
                        .startsWith("default-src 'none'; script-src 'self'; ");
                assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                        .isEmpty();
            }
            for (String page : List.of("", "/page.js", "/page.css")) {
                assertThat(get(port, page).body()).doesNotContain("http:", "https:", "//cdn");
            }
            HttpRequest change = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + LivePage.PATH))
                    .POST(BodyPublishers.ofString("x"))
                    .build();
            assertThat(client.send(change, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(405);
            assertThat(asks(port, "evil.example")).startsWith("HTTP/1.1 403 ");
            assertThat(asks(port, "localhost:" + port)).startsWith("HTTP/1.1 200 ");
            assertThat(service.context().isStarted()).isTrue();
        }
    }

    /** The first line of the answer to a page whose name leads here. */
    private static String asks(int port, String host) throws IOException {
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            String head =
                    "GET " + LivePage.PATH + "/data.json HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void shouldShowARunWithItsInput() throws Exception {
        int port = freePort();
        CountDownLatch looked = new CountDownLatch(1);
        Path input = Files.write(folder.resolve("items.jsonl"), items(40));
        try (TestApi api = TestApi.start(request -> {
            if (request.number() > 2) {
                looked.await();
            }
            return TestApi.echo(request);
        })) {
            String out = folder.resolve("results.jsonl").toString();
            String[] words = {"process", "--input", input.toString(), "--output", out, "--url", api.url()};
            try (CommandRun run = CommandRun.start(
                    Stream.concat(Stream.of(words), Stream.of("--batch-size", "10", "--page", Integer.toString(port)))
                            .toArray(String[]::new))) {
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(data(port)
                                        .path("files")
                                        .path(0)
                                        .path("items")
                                        .intValue())
                                .isPositive());
                JsonNode file = data(port).path("files").path(0);
                looked.countDown();

                assertThat(file.path("name").textValue()).endsWith("items.jsonl");
                assertThat(file.path("share").doubleValue()).isBetween(0.01, 0.99);
                assertThat(file.has("eta_s")).isTrue();
                assertThat(run.status()).as(run.err()).isZero();
                assertThat(run.err()).contains("http://127.0.0.1:" + port + "/observe/page shows the run.");
            } finally {
                looked.countDown();
            }
        }
    }

    @Test
    void shouldBeShownByABrowser() throws Exception {
        Path browser = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(each -> Path.of(each, "chromium"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(browser != null, "chromium is not installed");
        int port = freePort();
        try (TestApi api = TestApi.start(TestApi::echo);
                Standalone service = service(api, port)) {
            for (String id : List.of("a", "b", "c")) {
                assertThat(post(service, item(id))).isEqualTo(200);
            }
            Process process = new ProcessBuilder(
                            browser.toString(),
                            "--headless=new",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--user-data-dir=" + folder.resolve("profile"),
                            "--enable-logging=stderr",
                            "--virtual-time-budget=4000",
                            "--dump-dom",
                            "http://127.0.0.1:" + port + LivePage.PATH)
                    .redirectError(folder.resolve("browser.log").toFile())
                    .start();
            String page = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

            assertThat(page)
                    .contains("<dt>answered</dt><dd>3</dd>", "<dt>circuit breaker</dt>", "closed</dd>")
                    .contains("runs for", "<canvas");
            assertThat(Files.readString(folder.resolve("browser.log"), StandardCharsets.ISO_8859_1))
                    .as("errors of the page")
                    .doesNotContain("CONSOLE", "Content Security Policy");
        }
    }
}
