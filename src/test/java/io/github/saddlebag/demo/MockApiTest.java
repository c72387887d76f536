package io.github.saddlebag.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API of the demo: what it answers, and its faults. */
@Timeout(120)
class MockApiTest {

    private static final MockApi.Faults NONE = new MockApi.Faults(0, 0, 0, 0, 0, 1);

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> post(MockApi api, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.url()))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static String addresses(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"id\":\"a" + i + "\",\"address\":\"" + i + " Mill Lane\"}")
                .toList()
                .toString();
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void shouldAnswerASingleAddressByPostAndByGet() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, null)) {
            HttpResponse<String> posted = post(api, "{\"id\":\"a\",\"address\":\"1 Mill Lane\"}");
            HttpResponse<String> got = get(api, "?id=a&address=1%20Mill%20Lane");
            HttpResponse<String> unknown = get(api, "?address=17");

            assertThat(posted.statusCode()).isEqualTo(200);
            assertThat(json(posted).path("id").asText()).isEqualTo("a");
            assertThat(json(posted).at("/position/lat").isNumber()).isTrue();
            assertThat(got.body()).isEqualTo(posted.body());
            assertThat(unknown.statusCode()).isEqualTo(422);
        }
    }

    private HttpResponse<String> get(MockApi api, String query) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(api.url() + query)).build(), BodyHandlers.ofString());
    }

    @Test
    void shouldAnswerEachAddressWithAPositionThatIsAlwaysTheSame() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, null)) {
            HttpResponse<String> first = post(api, addresses(3));
            HttpResponse<String> second = post(api, addresses(3));

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(json(first)).extracting(a -> a.path("id").asText()).containsExactly("a0", "a1", "a2");
            assertThat(json(first)).allSatisfy(answer -> {
                assertThat(answer.at("/position/lat").doubleValue()).isBetween(-90.0, 90.0);
                assertThat(answer.at("/position/lon").doubleValue()).isBetween(-180.0, 180.0);
            });
            assertThat(second.body()).isEqualTo(first.body());
            assertThat(api.answered()).isEqualTo(2);
            assertThat(api.items()).isEqualTo(6);
        }
    }

    @Test
    void shouldRefuseWhatIsNoAddress() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, null)) {
            JsonNode answers =
                    json(post(api, "[{\"id\":1,\"address\":\"12345\"},{\"id\":2,\"address\":\"Mill Lane\"}]"));

            assertThat(answers.at("/0/error").asText()).isEqualTo("no such address");
            assertThat(answers.at("/1/position").isObject()).isTrue();
        }
    }

    @Test
    void shouldRefuseTheShareOfItemsThatIsAskedFor() throws Exception {
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 0, 0, 0.2, 1), null)) {
            JsonNode answers = json(post(api, addresses(2000)));

            int refused = 0;
            for (JsonNode answer : answers) {
                refused += answer.has("error") ? 1 : 0;
            }
            assertThat(refused).isBetween(300, 500);
        }
    }

    @Test
    void shouldRefuseWhatIsNoJsonArray() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, null)) {
            assertThat(post(api, "no json").statusCode()).isEqualTo(400);
            assertThat(post(api, "{}").statusCode()).isEqualTo(400);
            assertThat(client.send(HttpRequest.newBuilder(URI.create(api.url())).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void shouldTakeItsTime() throws Exception {
        try (MockApi api = MockApi.start(0, new MockApi.Faults(80, 0, 0, 0, 0, 1), null)) {
            long started = System.nanoTime();

            post(api, addresses(1));

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started))
                    .isGreaterThanOrEqualTo(80);
        }
    }

    @Test
    void shouldRefuseMoreRequestsThanItsRateAndSayWhenToComeBack() throws Exception {
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 5, 0, 0, 1), null)) {
            List<HttpResponse<String>> responses = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                responses.add(post(api, addresses(1)));
            }

            assertThat(responses).filteredOn(r -> r.statusCode() == 200).hasSizeBetween(5, 10);
            assertThat(responses)
                    .filteredOn(r -> r.statusCode() == 429)
                    .isNotEmpty()
                    .allSatisfy(response -> {
                        assertThat(response.headers().firstValue("Retry-After")).contains("1");
                        assertThat(json(response).path("detail").asText()).contains("5 requests per second");
                    });
            assertThat(api.answered() + api.throttled()).isEqualTo(12);
        }
    }

    @Test
    void shouldFailTheShareOfRequestsThatIsAskedForTheSameOnesForASeed() throws Exception {
        assertThat(failures(42)).isEqualTo(failures(42)).hasSizeBetween(2, 28);
        assertThat(failures(43)).isNotEqualTo(failures(42));
    }

    private List<Integer> failures(int seed) throws Exception {
        List<Integer> failed = new ArrayList<>();
        try (MockApi api = MockApi.start(0, new MockApi.Faults(0, 0, 0, 0.3, 0, seed), null)) {
            for (int i = 0; i < 40; i++) {
                if (post(api, addresses(1)).statusCode() == 500) {
                    failed.add(i);
                }
            }
            assertThat(api.failed()).isEqualTo(failed.size());
        }
        return failed;
    }

    @Test
    void shouldRememberTheRequestOfAWatchedItem() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, "a2")) {
            post(api, addresses(2));
            post(api, addresses(4));

            assertThat(api.sighting().request()).isEqualTo(2);
            assertThat(api.sighting().items()).isEqualTo(4);
            assertThat(api.sighting().sent()).contains("2 Mill Lane");
            assertThat(api.sighting().answered()).contains("position");
        }
    }

    private HttpResponse<String> ask(URI address) throws Exception {
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    @Test
    void shouldAnswerAJobWhenItIsAskedForLater() throws Exception {
        try (MockApi api = MockApi.start(0, NONE, null)) {
            api.jobsTake(Duration.ofMillis(300));
            URI url = URI.create(api.url() + "-job");
            HttpResponse<String> submitted = client.send(
                    HttpRequest.newBuilder(url)
                            .POST(HttpRequest.BodyPublishers.ofString(addresses(2)))
                            .build(),
                    BodyHandlers.ofString());
            URI job = url.resolve(submitted.headers().firstValue("Location").orElseThrow());

            assertThat(submitted.statusCode()).isEqualTo(202);
            assertThat(job.getQuery())
                    .isEqualTo("id=" + json(submitted).path("id").asText());
            assertThat(ask(job).statusCode()).isIn(200, 202);
            await().until(() -> ask(job).statusCode() == 200);
            assertThat(json(ask(job))).extracting(a -> a.path("id").asText()).containsExactly("a0", "a1");
            assertThat(ask(URI.create(url + "?id=nothing")).statusCode()).isEqualTo(404);
        }
    }
}
