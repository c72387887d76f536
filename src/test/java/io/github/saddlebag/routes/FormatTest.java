package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Formats through all routes: what arrives at the server, and what is chosen by which property. */
@Timeout(120)
class FormatTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json-array   | application/json     | application/json",
                "envelope     | application/json     | application/json",
                "ndjson       | application/x-ndjson | application/x-ndjson, application/json",
                "concatenated | application/json     | application/json",
                "bulk         | application/x-ndjson | application/json",
                "json-rpc     | application/json     | application/json",
                "odata        | application/json     | application/json",
                "multipart    | multipart/mixed      | multipart/mixed"
            })
    void shouldSendTheMediaTypeOfTheFormat(String format, String contentType, String accept) throws Exception {
        Request request = requestOf("saddlebag.call.format", format);

        assertThat(request.headers().get("content-type").replaceAll(";.*", "")).isEqualTo(contentType);
        assertThat(request.headers().get("accept")).isEqualTo(accept);
    }

    @Test
    void shouldLetConfiguredMediaTypesWin() throws Exception {
        Request request = requestOf(
                "saddlebag.call.header.Content-Type", "application/x-amz-json-1.0",
                "saddlebag.call.header.accept", "text/plain");

        assertThat(request.headers())
                .containsEntry("content-type", "application/x-amz-json-1.0")
                .containsEntry("accept", "text/plain");
    }

    @Test
    void shouldCompressRequestsWhereThatIsAskedFor() throws Exception {
        Request request = requestOf("saddlebag.call.gzip", "true");

        assertThat(request.headers()).containsEntry("content-encoding", "gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(request.body())).readAllBytes())
                .asString()
                .isEqualTo("[{\"id\":1,\"method\":\"m\",\"url\":\"/x\"}]");
    }

    private static Request requestOf(String... settings) throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(403, ""));
                Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url())) {
            for (int i = 0; i < settings.length; i += 2) {
                bundle.with(settings[i], settings[i + 1]);
            }
            bundle.start().ask(List.of("{\"id\":1,\"method\":\"m\",\"url\":\"/x\"}"));

            return api.requests().get(0);
        }
    }

    @Test
    void shouldNotStartWithAFormatThatIsNone() {
        assertThatThrownBy(() ->
                        Bundle.all().with("saddlebag.call.format", "nonsense").start())
                .hasStackTraceContaining("saddlebagFormat-nonsense");
    }

    /** What stands around the items counts: a request is no larger than it may be. */
    @Test
    void shouldCountWhatStandsAroundItemsInTheSizeOfARequest() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        try (TestApi api = TestApi.start(request -> {
                    sizes.add(request.body().length);
                    return TestApi.answer(403, "");
                });
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.concurrency", 1)
                        .with("saddlebag.call.format", "bulk")
                        .with("saddlebag.call.bulk-index", "x".repeat(400))
                        .with("saddlebag.batch.max-bytes", "2KB")
                        .start()) {
            bundle.ask(Items.items(20));
        }

        assertThat(sizes).hasSizeBetween(4, 6).allMatch(size -> size <= 2048 + 8);
    }

    @Test
    void shouldAskForABatchByGet() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(
                        200,
                        Arrays.stream(query(request, "ids").split(","))
                                .map(id -> "{\"id\":\"" + id + "\",\"name\":\"n" + id + "\"}")
                                .sorted(Comparator.reverseOrder())
                                .collect(Collectors.joining(",", "[", "]"))));
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url() + "?fields=name")
                        .with("saddlebag.call.query.key", "k1")
                        .with("saddlebag.call.format", "query")
                        .with("saddlebag.call.get-max-url", 120)
                        .start()) {
            List<Outcome> outcomes = bundle.ask(Items.items(40));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(Items.ids(outcomes)).hasSize(40).doesNotHaveDuplicates();
            assertThat(api.requests()).hasSizeBetween(2, 5).allSatisfy(request -> {
                assertThat(request.method()).isEqualTo("GET");
                assertThat(request.body()).isEmpty();
                assertThat(request.headers()).doesNotContainKeys("content-type", "saddlebag-job");
                assertThat(request.target()).startsWith("/batch?fields=name&key=k1&ids=i");
                assertThat(request.target().length()).isLessThanOrEqualTo(120);
            });
        }
    }

    @Test
    void shouldRepeatTheParameterAndHalveWhatIsRefused() throws Exception {
        try (TestApi api = TestApi.start(request -> request.target().contains("i3")
                        ? TestApi.answer(400, "{\"message\":\"no i3\"}")
                        : TestApi.answer(
                                200,
                                "["
                                        + Pattern.compile("[?&]id=([^&]*)")
                                                .matcher(request.target())
                                                .results()
                                                .map(id -> "{\"id\":\"" + id.group(1) + "\"}")
                                                .collect(Collectors.joining(","))
                                        + "]"));
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.format", "query")
                        .with("saddlebag.call.get-name", "id")
                        .with("saddlebag.call.get-separator", "")
                        .start()) {
            List<Outcome> outcomes = bundle.ask(Items.items(4));

            assertThat(outcomes.stream().filter(Outcome::failed)).hasSize(1);
            assertThat(api.requests().get(0).target()).isEqualTo("/batch?id=i1&id=i2&id=i3&id=i4");
        }
    }

    private static String query(Request request, String name) {
        return request.target().replaceFirst(".*[?&]" + name + "=([^&]*).*", "$1");
    }

    @Test
    void shouldHalveABatchThatIsRefusedInAResponseWhoseStatusSaysAllIsWell() throws Exception {
        try (TestApi api = TestApi.start(request -> request.json().size() > 2
                        ? TestApi.answer(200, "{\"errors\":[{\"message\":\"too long\"}]}")
                        : TestApi.echo(request));
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.answer.refused", "/errors")
                        .start()) {
            List<Outcome> outcomes = bundle.ask(Items.items(8));

            assertThat(outcomes).noneMatch(Outcome::failed);
        }
    }

    @Test
    void shouldKeepItemsOfDifferentKeysApartByAProperty() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.batch.key-header", "tenant")
                        .with("saddlebag.batch.max-wait", "100ms")
                        .start()) {
            var a = bundle.template().asyncRequestBodyAndHeader("batch:saddlebag", Items.item("a"), "tenant", "A");
            var b = bundle.template().asyncRequestBodyAndHeader("batch:saddlebag", Items.item("b"), "tenant", "B");
            a.get();
            b.get();

            assertThat(api.requests()).extracting(Request::ids).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
        }
    }
}
