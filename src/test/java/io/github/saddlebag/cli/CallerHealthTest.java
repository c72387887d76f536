package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What load balancers are told at the port of callers. */
@Timeout(90)
class CallerHealthTest {

    private final HttpClient client = HttpClient.newHttpClient();

    private Standalone start(TestApi api, String healthPath) throws UsageException {
        return Standalone.startService(
                null,
                Map.of(
                        "saddlebag.call.url",
                        api.url(),
                        "saddlebag.source.http.port",
                        "0",
                        "saddlebag.source.http.token",
                        "a-token-of-callers",
                        "saddlebag.source.http.health-path",
                        healthPath));
    }

    private int status(String address) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void shouldSayThatItTakesItemsUntilItDrains() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        try (TestApi api = TestApi.start(request -> {
            held.await();
            return TestApi.echo(request);
        })) {
            Standalone service = start(api, "/ready");
            String health = service.callersAddress() + "ready";
            assertThat(status(health)).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> caller = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(service.callersAddress()))
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer a-token-of-callers")
                            .POST(BodyPublishers.ofString("{\"id\":\"a\",\"result\":1}"))
                            .build(),
                    BodyHandlers.ofString());
            await().atMost(Duration.ofSeconds(30)).until(() -> !api.requests().isEmpty());

            Thread stop = new Thread(service::close, "stop");
            stop.start();

            await().atMost(Duration.ofSeconds(30)).until(() -> status(health) == 503);
            held.countDown();
            assertThat(caller.join().statusCode()).isEqualTo(200);
            stop.join();
        }
    }

    @Test
    void shouldSayNothingWhereNoPathIsGiven() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Standalone service = start(api, "")) {
            assertThat(status(service.callersAddress() + "health")).isEqualTo(404);
        }
    }
}
