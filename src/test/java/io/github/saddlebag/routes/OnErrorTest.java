package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.ItemFailedException;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are sent again, how often and when. */
@Timeout(120)
class OnErrorTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.of("20-", "30-", "33-", "35-", "36-", "40-", "90-")
            .with("saddlebag.call.url", api.url())
            .with("saddlebag.call.response-timeout", "300ms")
            .with("saddlebag.batch.max-items", 1);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private static TestApi.Behaviour first(Answer answer) {
        return request -> request.number() == 1 ? answer : TestApi.echo(request);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 522, 524, 529, 599})
    void shouldSendAgainAfter(int status) throws Exception {
        api.behave(first(TestApi.answer(status, "")));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"));
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(2);
        assertThat(api.requests())
                .extracting(Request::text)
                .containsExactly("[" + item("a") + "]", "[" + item("a") + "]");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                301, 302, 304, 307, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 451, 501, 505
            })
    void shouldNotSendAgainAfter(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, "{\"title\":\"no\",\"detail\":\"not that way\"}"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(api.requests()).hasSize(1);
        assertThat(outcomes.get(0).failure().reason()).contains(Integer.toString(status));
        assertThat(outcomes.get(0).call().status()).isEqualTo(status);
    }

    @Test
    void shouldTellWhatTheEndpointSaysAboutTheFailure() throws Exception {
        api.behave(request -> TestApi.answer(403, "{\"title\":\"Forbidden\",\"detail\":\"no such tenant\"}"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes)
                .extracting(Outcome::failure)
                .extracting(Failure::detail)
                .asString()
                .contains("no such tenant");
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET", "TORN", "HANG", "TRICKLE"})
    void shouldSendAgainAfterAResponseThatIs(Delivery delivery) throws Exception {
        api.behave(
                request -> request.number() == 1 ? TestApi.echo(request).delivered(delivery) : TestApi.echo(request));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html><body>Sign in to the network</body></html>",
                "[{\"id\":\"a\",\"resu",
                "[{\"id\":\"a\",\"result\":1}]]",
                "{\"answers\":[]}",
                "null",
                "[{\"id\":\"a\" \"result\":1}]",
            })
    void shouldSendAgainAfterASuccessThatIsGarbled(String body) throws Exception {
        api.behave(first(TestApi.answer(200, body)));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void shouldSendAgainAfterARefusedConnection() throws Exception {
        int port = api.port();
        api.close();
        bundle.with("saddlebag.breaker.wait-duration-in-open-state", "1s").start();

        CompletableFuture<String> answer = bundle.askAsync(item("a"));
        assertThatThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        try (TestApi back = TestApi.start(port, TestApi::echo)) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(echoOf("a"));
            assertThat(back.requests()).hasSize(1);
        }
    }

    @Test
    void shouldSendAsOftenAsMaxAttemptsSaysAndThenFailTheItems() throws Exception {
        api.behave(request -> TestApi.answer(503, ""));
        bundle.with("saddlebag.call.max-attempts", 4).start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(api.requests()).hasSize(4);
        assertThat(outcomes).allMatch(Outcome::failed).allSatisfy(outcome -> {
            assertThat(outcome.failure().reason()).contains("503", "4 attempts");
            assertThat(outcome.call().attempts()).isEqualTo(4);
            assertThat(outcome.call().status()).isEqualTo(503);
            assertThat(outcome.call().url()).isEqualTo(api.url());
        });
    }

    /** After 429 and 503 all calls pause for half a second, which is beyond this deadline. */
    @ParameterizedTest
    @ValueSource(ints = {408, 429, 503})
    void shouldNotBeginAnAttemptAfterTheDeadline(int status) throws Exception {
        api.behave(request -> TestApi.answer(status, ""));
        bundle.with("saddlebag.call.max-attempts", 1000)
                .with("saddlebag.call.deadline", "300ms")
                .with("saddlebag.call.back-off", "40ms")
                .with("saddlebag.call.max-back-off", "40ms")
                .start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes).allMatch(Outcome::failed);
        List<Request> requests = api.requests();
        assertThat(requests).hasSizeBetween(1, 20);
        long last = requests.get(requests.size() - 1).nanos() - requests.get(0).nanos();
        assertThat(TimeUnit.NANOSECONDS.toMillis(last)).isLessThan(400);
    }

    @Test
    void shouldNeverSendTheUrlsQueryInAMessage() throws Exception {
        api.behave(request -> TestApi.answer(401, ""));
        bundle.with("saddlebag.call.url", api.url() + "?apiKey=secret").start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes.get(0).call().url()).isEqualTo(api.url());
        assertThat(outcomes.get(0).failure().toString()).doesNotContain("secret");
    }

    @Test
    void shouldPassTheThrottleAgainWithEachRetry() throws Exception {
        api.behave(request -> request.number() % 2 == 0 ? TestApi.answer(408, "") : TestApi.echo(request));
        bundle.with("saddlebag.call.rate", 50)
                .with("saddlebag.call.concurrency", 16)
                .with("saddlebag.call.max-attempts", 1000)
                .start();

        List<Outcome> outcomes = bundle.ask(items(50));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeGreaterThan(90);
        assertThat(api.mostWithin(1000)).isLessThanOrEqualTo(52);
    }

    @Test
    void shouldHoldNeitherThreadNorSlotWhileARequestWaits() throws Exception {
        api.behave(request -> request.number() == 1 ? TestApi.answer(408, "") : TestApi.echo(request));
        bundle.with("saddlebag.call.concurrency", 1)
                .with("saddlebag.call.back-off", "1s")
                .with("saddlebag.call.max-back-off", "1s")
                .start();

        List<Outcome> outcomes = bundle.ask(items(20));

        assertThat(outcomes).noneMatch(Outcome::failed);
        List<String> arrived =
                api.requests().stream().flatMap(r -> r.ids().stream()).toList();
        assertThat(arrived).hasSize(21);
        assertThat(arrived.get(20)).as("the one that waited").isEqualTo(arrived.get(0));
    }

    @Test
    void shouldFailOnlyTheRequestThatIsRefusedForGood() throws Exception {
        api.behave(request -> request.ids().contains("i7") ? TestApi.answer(400, "") : TestApi.echo(request));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(12));

        assertThat(outcomes)
                .filteredOn(Outcome::failed)
                .extracting(o -> o.item().id())
                .containsExactly("i7");
        assertThat(api.requests()).hasSize(12);
    }

    @Test
    void shouldGiveBackARequestThatWaitsWhenTheRuntimeStops() throws Exception {
        api.behave(request -> TestApi.answer(503, ""));
        bundle.with("saddlebag.call.back-off", "1h")
                .with("saddlebag.call.max-back-off", "1h")
                .with("saddlebag.call.deadline", "10h")
                .start();
        CompletableFuture<String> answer = bundle.askAsync(item("a"));
        await().until(() -> api.requests().size() == 1);

        bundle.close();

        assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(StoppedException.class);
    }

    @Test
    void shouldKeepTheHostsOwnRulesForErrorsOut() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        api.behave(request -> TestApi.answer(500, ""));
        bundle.with("saddlebag.call.max-attempts", 2)
                .plus(new RouteConfigurationBuilder() {
                    @Override
                    public void configuration() {
                        routeConfiguration()
                                .onException(Exception.class)
                                .maximumRedeliveries(5)
                                .redeliveryDelay(0);
                    }
                })
                .plus(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:host")
                                .errorHandler(noErrorHandler())
                                .process(exchange -> sent.incrementAndGet())
                                .to("batch:saddlebag");
                    }
                })
                .start();

        assertThatThrownBy(() -> bundle.template().requestBody("direct:host", item("a")))
                .hasRootCauseInstanceOf(ItemFailedException.class);

        assertThat(sent).hasValue(1);
        assertThat(api.requests()).hasSize(2);
    }
}
