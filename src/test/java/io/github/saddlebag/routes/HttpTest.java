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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One request: what is sent, byte for byte, and what an ill endpoint does to the rest. */
@Timeout(120)
class HttpTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.of("20-", "30-", "33-", "35-", "36-", "40-", "90-")
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.max-items", 1);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
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

    @ParameterizedTest
    @ValueSource(strings = {"X(1)", "X/Key", "X@Y"})
    void shouldRefuseAConfiguredHeaderWhoseNameIsNone(String name) {
        bundle.with("saddlebag.call.header." + name, "k");

        assertThatThrownBy(bundle::start).rootCause().hasMessageContaining("'" + name + "' is no name of a header");
    }

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

    @ParameterizedTest
    @CsvSource({
        "'', /",
        "/, /",
        "?key=1&b=%2F, /?key=1&b=%2F",
        "/a%20b/c%2Fd/v1:batch;x=1/, /a%20b/c%2Fd/v1:batch;x=1/",
        "/a//b?q=a%20b+c&r=%C3%A4, /a//b?q=a%20b+c&r=%C3%A4"
    })
    void shouldSendTheUrlAsItIs(String path, String sent) throws Exception {
        bundle.with("saddlebag.call.url", "http://127.0.0.1:" + api.port() + path)
                .start();

        bundle.ask(items(1));

        assertThat(api.requests()).extracting(Request::target).containsExactly(sent);
    }

    @Test
    void shouldLeaveAnIllEndpointInPeaceWhileItemsWait() throws Exception {
        // ill until it is left in peace, which is what the circuit breaker does after ten calls
        AtomicLong last = new AtomicLong();
        AtomicBoolean well = new AtomicBoolean();
        AtomicInteger failed = new AtomicInteger();
        api.behave(request -> {
            long before = last.getAndSet(request.nanos());
            if (failed.get() > 0 && request.nanos() - before > TimeUnit.MILLISECONDS.toNanos(1500)) {
                well.set(true);
            }
            if (well.get()) {
                return TestApi.echo(request);
            }
            failed.incrementAndGet();
            return TestApi.answer(500, "");
        });
        bundle.with("saddlebag.call.concurrency", 2)
                .with("saddlebag.call.max-attempts", 4)
                .with("saddlebag.breaker.wait-duration-in-open-state", "2s")
                .start();

        List<Outcome> outcomes = bundle.ask(items(6));

        assertThat(outcomes).noneMatch(Outcome::failed);
        // without that it would have been asked until the attempts of all six are used up
        assertThat(well).isTrue();
        assertThat(failed).hasValueBetween(10, 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void shouldNotLetTheHttpClientRepeatARequestByItself(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, "").with("Retry-After", "0"));
        bundle.with("saddlebag.call.max-attempts", 1)
                .with("saddlebag.call.deadline", "300ms")
                .start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldNotFollowRedirectsNorKeepCookies() throws Exception {
        api.behave(request -> request.number() == 1
                ? TestApi.answer(302, "").with("Location", "/elsewhere").with("Set-Cookie", "a=b")
                : TestApi.echo(request));
        bundle.start();

        List<Outcome> redirected = bundle.ask(items(1));
        bundle.ask(List.of(item("b")));

        assertThat(redirected).allMatch(Outcome::failed);
        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch", "/batch");
        assertThat(api.requests()).noneMatch(r -> r.headers().containsKey("cookie"));
    }

    @ParameterizedTest
    @CsvSource({
        "307, /batch/, /batch/",
        "308, /batch/, /batch/",
        "307, ?a=b%2Fc, /batch?a=b%2Fc",
        "307, URL/../v2/batch?k=1, /v2/batch?k=1",
    })
    void shouldFollowARedirectThatKeepsTheRequestWithinTheOrigin(int status, String location, String target)
            throws Exception {
        api.behave(request -> request.target().equals("/batch")
                ? TestApi.answer(status, "")
                        .with("Location", location.replace("URL/..", api.url().replace("/batch", "")))
                : TestApi.echo(request));
        bundle.with("saddlebag.call.max-attempts", 1)
                .with("saddlebag.call.header.X-Key", "k")
                .start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"));
        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch", target);
        assertThat(api.requests()).extracting(Request::method).containsOnly("POST");
        assertThat(api.requests().get(1).text()).isEqualTo("[" + item("a") + "]");
        assertThat(api.requests().get(1).headers()).containsEntry("x-key", "k").doesNotContainKey("saddlebag-job");
    }

    @ParameterizedTest
    @CsvSource({
        "301, /batch/",
        "302, /login?secret=s",
        "307, http://localhost:1/batch",
        "308, https://127.0.0.1/batch",
        "307, 'ftp://x y'",
    })
    void shouldNameWhereItIsSentAndDoesNotGo(int status, String location) throws Exception {
        api.behave(request -> TestApi.answer(status, "").with("Location", location));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes.get(0).failure().reason())
                .contains(Integer.toString(status), location.replaceAll("\\?.*", ""))
                .doesNotContain("secret");
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldEndWhereItIsSentInCircles() throws Exception {
        api.behave(request -> TestApi.answer(307, "").with("Location", request.target() + "/"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(6);
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
