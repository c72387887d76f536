package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt: what is sent, how many at once, how often, and what an ill endpoint does to the rest. */
@Timeout(30)
class AttemptTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.of("20-", "30-", "35-", "40-", "90-")
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.max-items", 1);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @Test
    void shouldPassSlotThenThrottleThenBreakerThenHttp() throws Exception {
        List<String> passed = new CopyOnWriteArrayList<>();
        bundle.context()
                .getCamelContextExtension()
                .addInterceptStrategy((context, node, target, next) -> new DelegateAsyncProcessor(target) {
                    @Override
                    public boolean process(Exchange exchange, org.apache.camel.AsyncCallback callback) {
                        passed.add(node.getId());
                        return super.process(exchange, callback);
                    }
                });
        bundle.with("saddlebag.call.rate", "1000").start();

        bundle.ask(items(1));

        assertThat(passed)
                .containsSubsequence(
                        "saddlebag-attempt-wait",
                        "saddlebag-attempt-slot",
                        "saddlebag-attempt-throttle",
                        "saddlebag-attempt-breaker",
                        "saddlebag-attempt-http",
                        "saddlebag-attempt-read",
                        "saddlebag-attempt-done");
    }

    @Test
    void shouldPostTheItemsAsJsonWithNoOtherHeadersThanItsOwn() throws Exception {
        bundle.start();
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(Exchange.HTTP_METHOD, "GET");
        headers.put(Exchange.HTTP_URI, "http://127.0.0.1:1/elsewhere");
        headers.put(Exchange.HTTP_PATH, "/elsewhere");
        headers.put(Exchange.HTTP_QUERY, "stray=1");
        headers.put(Exchange.CONTENT_TYPE, "text/plain");
        headers.put("Authorization", "Bearer of-an-item");
        headers.put("X-Of-An-Item", "1");

        bundle.template().requestBodyAndHeaders("batch:saddlebag", item("a"), headers);

        Request request = api.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/batch");
        assertThat(request.text()).isEqualTo("[" + item("a") + "]");
        assertThat(request.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("accept", "application/json")
                .containsEntry("user-agent", "saddlebag")
                .containsOnlyKeys(
                        "accept",
                        "accept-encoding",
                        "connection",
                        "content-length",
                        "content-type",
                        "host",
                        "user-agent");
    }

    @Test
    void shouldSendTheConfiguredHeaders() throws Exception {
        bundle.with("saddlebag.call.header.Authorization", "Bearer k:1=2")
                .with("saddlebag.call.header.X-Tenant", " blue ")
                .with("saddlebag.call.header.accept", "application/vnd.api+json")
                .start();

        bundle.ask(items(1));

        assertThat(api.requests().get(0).headers())
                .containsEntry("authorization", "Bearer k:1=2")
                .containsEntry("x-tenant", "blue")
                .containsEntry("accept", "application/vnd.api+json");
    }

    @Test
    void shouldRefuseAConfiguredHeaderThatSteersTheRuntime() {
        bundle.with("saddlebag.call.header.CamelHttpUri", "http://127.0.0.1:1/");

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("saddlebag.call.header.CamelHttpUri");
    }

    @Disabled("the HTTP endpoint decodes, sorts and encodes the address anew, and takes options from it")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "?a=%2B&b=c%20d&apiKey=k",
                "?q=a%26b%3Dc&q=2&empty=",
                "?x=1+2&y=%C3%BC&z=a,b;c",
                "?sig=ab%2Fcd%3D%3D&se=2030-01-01T00%3A00%3A00Z",
                "?flag",
                "?percent=100%25&dollar=$x&hash=%23",
            })
    void shouldSendTheQueryOfTheUrlUnchanged(String query) throws Exception {
        bundle.with("saddlebag.call.url", api.url() + query).start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch" + query);
    }

    @Disabled("the HTTP endpoint decodes, sorts and encodes the address anew, and takes options from it")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "?httpMethod=GET",
                "?throwExceptionOnFailure=true&httpClientConfigurer=x",
                "?connectTimeout=1&socketTimeout=1",
                "?httpClient.socketTimeout=1",
                "?key=RAW(a)",
            })
    void shouldSendAQueryThatLooksLikeOptionsOfTheRuntimeUnchanged(String query) throws Exception {
        bundle.with("saddlebag.call.url", api.url() + query).start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch" + query);
    }

    @Disabled("the HTTP endpoint decodes, sorts and encodes the address anew, and takes options from it")
    @Test
    void shouldSendThePathOfTheUrlUnchanged() throws Exception {
        String path = "/a%20b/c%2Fd/v1:batch;x=1/";
        bundle.with("saddlebag.call.url", "http://127.0.0.1:" + api.port() + path)
                .start();

        bundle.ask(items(1));

        assertThat(api.requests()).extracting(Request::target).containsExactly(path);
    }

    @Test
    void shouldHaveAtMostConcurrencyCallsInFlightAndUseThemAll() throws Exception {
        api.behave(request -> TestApi.echo(request).after(20));
        bundle.with("saddlebag.call.concurrency", 3).start();

        List<Outcome> outcomes = bundle.ask(items(40));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.peakInFlight()).isEqualTo(3);
    }

    @Test
    void shouldCountRetriesAmongTheCallsInFlight() throws Exception {
        api.behave(request -> request.number() % 2 == 0
                ? TestApi.answer(429, "").after(10)
                : TestApi.echo(request).after(10));
        bundle.with("saddlebag.call.concurrency", 3)
                .with("saddlebag.call.max-attempts", 100)
                .start();

        List<Outcome> outcomes = bundle.ask(items(8));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeGreaterThan(8);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldNotExceedTheRateInAnySecond() throws Exception {
        bundle.with("saddlebag.call.rate", 50)
                .with("saddlebag.call.concurrency", 16)
                .start();

        List<Outcome> outcomes = bundle.ask(items(120));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(120);
        assertThat(api.mostWithin(1000)).isBetween(40, 52);
    }

    @Test
    void shouldSpendTheRateEvenlyAndNotAsABurst() throws Exception {
        bundle.with("saddlebag.call.rate", "600/1m")
                .with("saddlebag.call.concurrency", 16)
                .start();

        bundle.ask(items(12));

        assertThat(api.mostWithin(500)).isLessThanOrEqualTo(6);
    }

    @Test
    void shouldLeaveAnIllEndpointInPeaceWhileItemsWait() throws Exception {
        // ill for as many calls as open the circuit breaker
        api.behave(request -> request.number() <= 10 ? TestApi.answer(503, "") : TestApi.echo(request));
        bundle.with("saddlebag.call.concurrency", 2)
                .with("saddlebag.call.max-attempts", 4)
                .start();

        List<Outcome> outcomes = bundle.ask(items(20));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(longestSilence()).isGreaterThan(Duration.ofSeconds(4));
    }

    private Duration longestSilence() {
        long longest = 0;
        List<Long> times = api.requests().stream().map(Request::nanos).sorted().toList();
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return Duration.ofNanos(longest);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void shouldNotLetTheHttpClientRepeatARequestByItself(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, "").with("Retry-After", "0"));
        bundle.with("saddlebag.call.max-attempts", 1).start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldNotFollowRedirectsNorKeepCookies() throws Exception {
        api.behave(request -> request.number() == 1
                ? TestApi.answer(307, "").with("Location", "/elsewhere").with("Set-Cookie", "a=b")
                : TestApi.echo(request));
        bundle.start();

        List<Outcome> redirected = bundle.ask(items(1));
        bundle.ask(List.of(item("b")));

        assertThat(redirected).allMatch(Outcome::failed);
        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch", "/batch");
        assertThat(api.requests()).noneMatch(r -> r.headers().containsKey("cookie"));
    }

    @Test
    void shouldSendNextRequestsOverTheSameConnection() throws Exception {
        bundle.with("saddlebag.call.concurrency", 1).start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), item("b")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"), echoOf("b"));
        assertThat(api.requests())
                .extracting(r -> r.headers().get("connection"))
                .containsOnly("keep-alive");
    }
}
