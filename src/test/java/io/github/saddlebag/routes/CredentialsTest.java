package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the endpoint lets requests in with: fixed ones, and access tokens that end and are withdrawn. */
@Tag("slow")
@Timeout(120)
class CredentialsTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(TestApi::echo);
    private final TestApi tokens = TestApi.start(this::token);
    private final AtomicInteger given = new AtomicInteger();
    private final Bundle bundle = Bundle.all()
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.batch.max-items", 1)
            .with("saddlebag.call.concurrency", 8);

    private TestApi.Answer token(Request request) {
        return TestApi.answer(
                        200,
                        "{\"access_token\":\"t" + given.incrementAndGet()
                                + "\",\"token_type\":\"bearer\",\"expires_in\":3600}")
                .after(50);
    }

    private Bundle withTokens() {
        return bundle.with("saddlebag.auth.token-url", tokens.url())
                .with("saddlebag.auth.client-id", "me:too")
                .with("saddlebag.auth.client-secret", "s3 cret");
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
        tokens.close();
    }

    private List<String> sent() {
        return api.requests().stream()
                .map(request -> request.headers().get("authorization"))
                .toList();
    }

    @Test
    void shouldSendABearerTokenFromAFile() throws Exception {
        Path secret = Files.writeString(folder.resolve("token"), "abc.def\n");
        bundle.with("saddlebag.auth.bearer", "file:" + secret).start().ask(items(2));

        assertThat(sent()).hasSize(2).containsOnly("Bearer abc.def");
    }

    @Test
    void shouldSendNameAndPasswordWithoutBeingAskedForThem() throws Exception {
        bundle.with("saddlebag.auth.username", "Aladdin")
                .with("saddlebag.auth.password", "open sesame")
                .start()
                .ask(items(1));

        // the example of RFC 7617
        assertThat(sent()).containsExactly("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    @Test
    void shouldAddKeysToTheQueryThatTheAddressHas() throws Exception {
        bundle.with("saddlebag.call.url", api.url() + "?v=1")
                .with("saddlebag.call.query.api key", "a+b&c")
                .start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(api.requests()).extracting(Request::target).containsExactly("/batch?v=1&api%20key=a%2Bb%26c");
        assertThat(outcomes.get(0).call().url()).isEqualTo(api.url());
    }

    @Test
    void shouldFetchOneTokenForAllRequestsAtOnce() throws Exception {
        withTokens().with("saddlebag.auth.scope", "read write").start();

        assertThat(bundle.ask(items(100))).noneMatch(Outcome::failed);

        assertThat(sent()).containsOnly("Bearer t1");
        assertThat(tokens.requests()).singleElement().satisfies(request -> {
            assertThat(request.text()).isEqualTo("grant_type=client_credentials&scope=read+write");
            // RFC 6749 2.3.1: both are form-encoded first
            assertThat(request.headers()).containsEntry("authorization", "Basic bWUlM0F0b286czMrY3JldA==");
        });
    }

    @Test
    void shouldFetchAnotherWhenTheEndpointDoesNotTakeItAnyMore() throws Exception {
        api.behave(request -> "Bearer t1".equals(request.headers().get("authorization")) && request.number() > 10
                ? TestApi.answer(401, "")
                : TestApi.echo(request));
        withTokens().start();

        List<Outcome> outcomes = bundle.ask(items(100));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(2);
    }

    /** Not all say so by 401. */
    @ParameterizedTest
    @CsvSource({
        "403, {\"error\":\"invalid_token\"}",
        "403, {\"message\":\"The security token included in the request is expired\"}",
        "400, {\"__type\":\"ExpiredTokenException\"}",
        "419, <Error><Code>ExpiredToken</Code></Error>",
        "403, {\"errors\":[{\"code\":\"TokenExpired\"}]}",
        "403, Access token expired",
    })
    void shouldFetchAnotherWhereWordsSayThatItEnded(int status, String said) throws Exception {
        api.behave(request -> "Bearer t1".equals(request.headers().get("authorization"))
                ? TestApi.answer(status, said)
                : TestApi.echo(request));
        withTokens().start();

        assertThat(bundle.ask(items(5))).noneMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(2);
    }

    @Test
    void shouldFetchAnotherWhereAFieldSaysThatItEnded() throws Exception {
        api.behave(request -> "Bearer t1".equals(request.headers().get("authorization"))
                ? TestApi.answer(403, "")
                        .with("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"expired\"")
                : TestApi.echo(request));
        withTokens().start();

        assertThat(bundle.ask(items(5))).noneMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(2);
    }

    /** What a new one does not mend is final. */
    @Test
    void shouldFetchOneMoreTokenAndNoOtherWhereThatDoesNotHelp() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"error\":\"invalid_token\"}"));
        withTokens().with("saddlebag.call.refused-in-row", 0).start();

        assertThat(bundle.ask(items(1))).allMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(2);
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldFetchNoOtherForA403ThatSaysNothingOfIt() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"error\":\"insufficient_scope\"}"));
        withTokens().with("saddlebag.call.refused-in-row", 0).start();

        assertThat(bundle.ask(items(1))).allMatch(Outcome::failed);
        assertThat(tokens.requests()).hasSize(1);
    }

    /** Tokens ended while requests stood in the line of the rate, and those failed with 401. */
    @ParameterizedTest
    @CsvSource({"batch, 1", "batch, 0", "single, 1", "single, 0"})
    void shouldLookAtTheTokenWhenTheRequestLeaves(String mode, int told) throws Exception {
        Map<String, Long> since = new ConcurrentHashMap<>();
        tokens.behave(request -> {
            String token = "t" + given.incrementAndGet();
            since.put(token, System.nanoTime());
            String lifetime = told == 1 ? ",\"expires_in\":1" : "";
            return TestApi.answer(200, "{\"access_token\":\"" + token + "\"" + lifetime + "}");
        });
        api.behave(request -> {
            String token = request.headers().get("authorization").substring("Bearer ".length());
            boolean ended = System.nanoTime() - since.get(token) > 1_050_000_000L;
            return ended ? TestApi.answer(401, "") : TestApi.echo(request);
        });
        withTokens()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call.rate", 20)
                .with("saddlebag.call.concurrency", 40)
                .start();

        assertThat(bundle.ask(items(50))).noneMatch(Outcome::failed);

        if (told == 1) {
            // but for what was on its way at its end, on a slow machine
            assertThat(api.requests()).hasSizeLessThan(55);
        }
        assertThat(tokens.requests()).hasSizeBetween(2, 7);
    }

    /** Each time that it was a request's turn its token had ended, and it got in line again. */
    @ParameterizedTest
    @CsvSource({"batch, rate", "batch, rate-per-lane", "single, rate", "single, rate-per-lane", "job, rate"})
    void shouldSendWhereTokensEndBeforeTheNextRequestMayGo(String mode, String rate) throws Exception {
        JobApi jobs = new JobApi(0);
        tokens.behave(request ->
                TestApi.answer(200, "{\"access_token\":\"t" + given.incrementAndGet() + "\",\"expires_in\":1}"));
        api.behave(request -> mode.equals("job") ? jobs.answer(request) : Singles.either(request));
        withTokens()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call." + rate, "10/11s")
                .with("saddlebag.job.poll-interval", "1ms")
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .start();

        CompletableFuture<List<Outcome>> outcomes = CompletableFuture.supplyAsync(() -> bundle.ask(items(3)));

        assertThat(outcomes).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(outcomes.join()).noneMatch(Outcome::failed);
        assertThat(sent()).doesNotHaveDuplicates();
    }

    /** Whatever a request waited for: its token had ended by then. */
    @ParameterizedTest
    @CsvSource({"a pause, batch", "a pause, single", "an open breaker, batch", "a job, job"})
    void shouldLookAtTheTokenAfterEachWait(String what, String mode) throws Exception {
        JobApi jobs = new JobApi(0);
        tokens.behave(request ->
                TestApi.answer(200, "{\"access_token\":\"t" + given.incrementAndGet() + "\",\"expires_in\":1}"));
        api.behave(request -> {
            if (mode.equals("job")) {
                return jobs.answer(request);
            }
            boolean waits = request.number() == 1;
            return !waits
                    ? Singles.either(request)
                    : what.equals("a pause")
                            ? TestApi.answer(429, "").with("Retry-After", "1")
                            : TestApi.answer(500, "");
        });
        withTokens()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call.back-off", "1ms")
                .with("saddlebag.breaker.sliding-window-size", 1)
                .with("saddlebag.breaker.minimum-number-of-calls", 1)
                .with("saddlebag.breaker.wait-duration-in-open-state", "1s")
                .with("saddlebag.job.poll-interval", "1s")
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .start();

        assertThat(bundle.ask(items(1))).noneMatch(Outcome::failed);

        assertThat(sent()).hasSize(2).doesNotHaveDuplicates().endsWith("Bearer t" + given.get());
    }

    @Test
    void shouldSendSeveralFieldsOfTheFormAndASecretFromAFile() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s&3=x\n");
        withTokens()
                .with("saddlebag.auth.client-secret", "file:" + secret)
                .with("saddlebag.auth.secret-in", "form")
                .with("saddlebag.auth.form.audience", "urn:a b")
                .with("saddlebag.auth.form.resource", "https://r.example/?x=1")
                .with("saddlebag.auth.scope", "read")
                .start()
                .ask(items(1));

        assertThat(tokens.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.text())
                        .contains("audience=urn%3Aa+b", "resource=https%3A%2F%2Fr.example%2F%3Fx%3D1", "scope=read")
                        .contains("client_secret=s%263%3Dx")
                        .contains("grant_type=client_credentials"));
        assertThat(sent()).containsExactly("Bearer t1");
    }

    @Test
    void shouldSendFurtherFieldsOfTheFormAndTheSecretInIt() throws Exception {
        withTokens()
                .with("saddlebag.auth.secret-in", "form")
                .with("saddlebag.auth.form.audience", "https://api.example/")
                .with("saddlebag.auth.form.grant_type", "password")
                .start()
                .ask(items(1));

        assertThat(tokens.requests()).singleElement().satisfies(request -> {
            assertThat(request.text())
                    .isEqualTo("audience=https%3A%2F%2Fapi.example%2F&client_id=me%3Atoo&client_secret=s3+cret"
                            + "&grant_type=password");
            assertThat(request.headers()).doesNotContainKey("authorization");
        });
    }

    @ParameterizedTest
    @CsvSource({"BEARER, Bearer, Bearer t", "JWT, Token, Token t", "BearerToken, '', t", "'', ApiKey, ApiKey t"})
    void shouldKnowOtherNamesForBearer(String type, String scheme, String sent) throws Exception {
        tokens.behave(request -> TestApi.answer(
                200, "{\"access_token\":\"t\"" + (type.isEmpty() ? "" : ",\"token_type\":\"" + type + "\"") + "}"));
        withTokens().with("saddlebag.auth.scheme", scheme).start().ask(items(1));

        assertThat(sent()).containsExactly(sent);
    }

    @Test
    void shouldFailTheItemsWhereANewTokenIsNotTakenEither() throws Exception {
        api.behave(request -> TestApi.answer(401, ""));
        withTokens().start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure().reason()).contains("401"));
        assertThat(sent()).containsExactly("Bearer t1", "Bearer t2");
    }

    @ParameterizedTest
    @CsvSource({"401, '{}', it answered 401", "400, '{\"error\":\"invalid_client\"}', it answered 400"})
    void shouldSayAtOnceThatTheClientIsRefused(int status, String body, String why) throws Exception {
        tokens.behave(request -> TestApi.answer(status, body));
        withTokens().start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure().reason())
                        .contains("No access token from " + tokens.url() + ": " + why));
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "200, '{}', its answer holds no bearer token",
        "200, '{\"access_token\":\"a b\"}', its answer holds no bearer token",
        "200, '{\"access_token\":\"ab\",\"token_type\":\"mac\"}', its answer holds no bearer token",
        "200, '<html>', its answer is no JSON"
    })
    void shouldSayWhyThereIsNoToken(int status, String body, String why) throws Exception {
        tokens.behave(request -> TestApi.answer(status, body));
        withTokens().with("saddlebag.call.deadline", "200ms").start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure().reason())
                        .startsWith("No access token from " + tokens.url() + ": " + why));
        assertThat(api.requests()).isEmpty();
    }

    /** Nothing was sent: it is no try. */
    @ParameterizedTest
    @CsvSource({"429, ''", "500, ''", "503, ''", "200, '<html>'", "200, '{\"error\":\"temporarily_unavailable\"}'"})
    void shouldTryTheServerOfTheTokensAgain(int status, String body) throws Exception {
        tokens.behave(request -> request.number() < 8 ? TestApi.answer(status, body) : token(request));
        withTokens().with("saddlebag.call.max-attempts", 2).start();

        assertThat(bundle.ask(items(3))).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldTakeATokenThatWasMadeForTheRequest() throws Exception {
        tokens.behave(request -> {
            TestApi.Answer made = token(request);
            return new TestApi.Answer(201, made.headers(), made.body(), made.delivery(), 0);
        });
        withTokens().start();

        assertThat(bundle.ask(items(1))).noneMatch(Outcome::failed);
    }

    @Test
    void shouldGoThroughAProxy() throws Exception {
        // a proxy is asked for the whole address (RFC 9112 3.2.2)
        bundle.with("saddlebag.call.url", "http://api.example.com/batch?a=1")
                .with("saddlebag.call.proxy", "http://127.0.0.1:" + api.port())
                .start();

        assertThat(bundle.ask(items(1))).noneMatch(Outcome::failed);

        assertThat(api.requests()).extracting(Request::target).containsExactly("http://api.example.com/batch?a=1");
    }

    @ParameterizedTest
    @CsvSource({
        "auth.secret-in, body, give header or form.",
        "auth.bearer, file:/no/such/file, there is no such file.",
        "auth.token-url, ftp://x, it must start with http:// or https://.",
        "call.proxy, https://proxy:3128, 'give http://HOST:PORT.'",
        "call.proxy, http://proxy, 'give http://HOST:PORT.'"
    })
    void shouldNotStartWithASettingThatIsWrong(String property, String value, String rule) {
        bundle.with("saddlebag." + property, value);

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag." + property + " is '" + value + "': " + rule);
    }
}
