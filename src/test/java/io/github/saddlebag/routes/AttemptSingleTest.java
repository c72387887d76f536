package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answer;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt: how many at once, how often, where to, and what an ill endpoint does to the others. */
@Tag("slow")
@Timeout(120)
class AttemptSingleTest {

    private final TestApi api = TestApi.start(Singles::echo);
    private final Bundle bundle = Singles.bundle(api);

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @Test
    void shouldHaveAtMostConcurrencyRequestsInFlightAndUseThemAll() throws Exception {
        api.behave(request -> Singles.echo(request).after(20));
        bundle.with("saddlebag.call.concurrency", 5).start();

        List<Outcome> outcomes = bundle.ask(items(60));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.peakInFlight()).isEqualTo(5);
    }

    @Test
    void shouldCountRetriesAmongTheRequestsInFlight() throws Exception {
        api.behave(request -> request.number() % 2 == 0
                ? TestApi.answer(408, "").after(10)
                : Singles.echo(request).after(10));
        bundle.with("saddlebag.call.concurrency", 3)
                .with("saddlebag.call.max-attempts", 100)
                .start();

        List<Outcome> outcomes = bundle.ask(items(12));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeGreaterThan(12);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldHaveNoMoreRequestsInFlightThanConnections() throws Exception {
        api.behave(request -> Singles.echo(request).after(20));
        bundle.with("saddlebag.call.concurrency", 10)
                .with("saddlebag.single.connections", 4)
                .start();

        bundle.ask(items(40));

        assertThat(api.peakInFlight()).isEqualTo(4);
    }

    @Test
    void shouldBoundTheRequestsToOneHostAndLetTheOthersGoOn() throws Exception {
        try (TestApi slow = TestApi.start(request -> TestApi.answer(200, "1").after(300))) {
            api.behave(request -> TestApi.answer(200, "2"));
            bundle.with("saddlebag.call.concurrency", 6)
                    .with("saddlebag.call.concurrency-per-lane", 2)
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .start();
            List<String> items = new ArrayList<>();
            IntStream.range(0, 8).forEach(i -> items.add("\"http://127.0.0.1:" + slow.port() + "/" + i + "\""));
            IntStream.range(0, 40).forEach(i -> items.add("\"/" + i + "\""));

            List<Outcome> outcomes = bundle.ask(items);

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(slow.peakInFlight()).isEqualTo(2);
            assertThat(api.peakInFlight()).isLessThanOrEqualTo(2);
            // what is behind the slow host in the line did not wait for it
            long lastOfOthers =
                    api.requests().stream().mapToLong(Request::nanos).max().orElseThrow();
            assertThat(lastOfOthers).isLessThan(slow.requests().get(7).nanos());
        }
    }

    @Test
    void shouldNotExceedTheRateInAnySecond() throws Exception {
        bundle.with("saddlebag.call.rate", 50)
                .with("saddlebag.call.concurrency", 16)
                .start();

        List<Outcome> outcomes = bundle.ask(items(120));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(120);
        assertThat(api.mostWithin(1000)).isLessThanOrEqualTo(52);
        assertThat(api.mostWithin(100)).isLessThanOrEqualTo(8);
    }

    @Test
    void shouldCountRetriesAndRedirectsAmongTheRate() throws Exception {
        api.behave(request -> request.target().equals("/batch")
                ? TestApi.answer(307, "").with("Location", "/next")
                : request.number() % 3 == 0 ? TestApi.answer(408, "") : Singles.echo(request));
        bundle.with("saddlebag.call.rate", 40)
                .with("saddlebag.call.concurrency", 16)
                .with("saddlebag.call.max-attempts", 100)
                .start();

        List<Outcome> outcomes = bundle.ask(items(30));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSizeGreaterThan(60);
        assertThat(api.mostWithin(1000)).isLessThanOrEqualTo(42);
    }

    @Test
    void shouldNotExceedTheRateOfAHost() throws Exception {
        try (TestApi other = TestApi.start(request -> TestApi.answer(200, "1"))) {
            api.behave(request -> TestApi.answer(200, "2"));
            bundle.with("saddlebag.call.rate-per-lane", "20")
                    .with("saddlebag.call.concurrency", 16)
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .start();
            List<String> items = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                items.add("\"http://127.0.0.1:" + other.port() + "/" + i + "\"");
                items.add("\"/" + i + "\"");
            }

            List<Outcome> outcomes = bundle.ask(items);

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(api.mostWithin(1000)).isLessThanOrEqualTo(21);
            assertThat(other.mostWithin(1000)).isLessThanOrEqualTo(21);
        }
    }

    @Test
    void shouldObeyRetryAfterForAllRequestsToTheHostAndNoOther() throws Exception {
        try (TestApi other = TestApi.start(request -> TestApi.answer(200, "1").after(10))) {
            api.behave(request -> request.number() == 1
                    ? TestApi.answer(429, "").with("Retry-After", "1")
                    : TestApi.answer(200, "2"));
            bundle.with("saddlebag.call.concurrency", 4)
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .start();
            List<String> items = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                items.add("\"/" + i + "\"");
                items.add("\"http://127.0.0.1:" + other.port() + "/" + i + "\"");
            }

            List<Outcome> outcomes = bundle.ask(items);

            assertThat(outcomes).noneMatch(Outcome::failed);
            List<Long> times =
                    api.requests().stream().map(Request::nanos).sorted().toList();
            long refused = times.get(0);
            assertThat(times.subList(1, times.size()))
                    .allSatisfy(t ->
                            assertThat(Duration.ofNanos(t - refused)).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
            long lastOfOther =
                    other.requests().stream().mapToLong(Request::nanos).max().orElseThrow();
            assertThat(Duration.ofNanos(lastOfOther - refused)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void shouldLeaveAnIllHostInPeaceWhileTheOthersGoOn() throws Exception {
        try (TestApi other = TestApi.start(request -> TestApi.answer(200, "1"))) {
            api.behave(request -> request.number() <= 10 ? TestApi.answer(500, "") : TestApi.answer(200, "2"));
            bundle.with("saddlebag.call.concurrency", 2)
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .with("saddlebag.call.max-attempts", 6)
                    .with("saddlebag.breaker.wait-duration-in-open-state", "2s")
                    .start();
            CompletableFuture<String> ill = null;
            for (int i = 0; i < 6; i++) {
                ill = bundle.askAsync("\"/" + i + "\"");
            }
            Awaitility.await().until(() -> bundle.breakerState().equals("OPEN"));
            int before = api.requests().size();

            List<Outcome> well = bundle.ask(List.of("\"http://127.0.0.1:" + other.port() + "/\""));

            assertThat(well).noneMatch(Outcome::failed);
            assertThat(api.requests()).hasSize(before);
            assertThat(ill.get()).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Delivery.class,
            names = {"RESET", "TORN"})
    void shouldTryAgainWhatBrokeOff(Delivery how) throws Exception {
        api.behave(request -> request.number() % 2 == 1 ? Singles.echo(request).delivered(how) : Singles.echo(request));
        bundle.with("saddlebag.call.concurrency", 1).start();

        List<Outcome> outcomes = bundle.ask(items(4));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(outcomes.stream().mapToInt(o -> o.call().attempts()).sum()).isEqualTo(8);
        assertThat(api.requests()).hasSize(8);
    }

    @Test
    void shouldFailAResponseThatNeverComesAndGoOn() throws Exception {
        api.behave(request -> request.text().contains("i1\"")
                ? Singles.echo(request).delivered(Delivery.HANG)
                : Singles.echo(request));
        bundle.with("saddlebag.call.response-timeout", "200ms")
                .with("saddlebag.call.max-attempts", 2)
                .start();

        List<Outcome> outcomes = bundle.ask(items(9));

        assertThat(outcomes).extracting(Outcome::failed).containsOnlyOnce(true).startsWith(true);
        assertThat(outcomes.get(0).failure().reason()).contains("saddlebag.call.response-timeout");
    }

    @Test
    void shouldFailAResponseThatTricklesForTooLong() throws Exception {
        api.behave(request -> Singles.echo(request).delivered(Delivery.TRICKLE));
        bundle.with("saddlebag.call.total-timeout", "300ms")
                .with("saddlebag.call.max-attempts", 1)
                .start();

        List<Outcome> outcomes = bundle.ask(items(1));

        assertThat(outcomes.get(0).failure().reason()).contains("within its time");
    }

    @Test
    void shouldFollowRedirectsWithinTheHost() throws Exception {
        api.behave(request -> switch (request.target()) {
            case "/batch" -> TestApi.answer(307, "").with("Location", "/moved?a=b");
            case "/see" -> TestApi.answer(303, "").with("Location", "elsewhere");
            case "/found" -> TestApi.answer(302, "").with("Location", "http://127.0.0.1:" + api.port() + "/batch2");
            default -> TestApi.answer(200, request.method() + request.target() + request.text());
        });
        bundle.start();

        List<Outcome> outcomes = bundle.ask(List.of(
                "{\"id\":1}",
                "{\"url\":\"/see\",\"json\":{},\"headers\":{\"X-A\":\"1\",\"Content-Language\":\"de\"}}",
                "{\"url\":\"/found\",\"method\":\"PUT\",\"json\":{}}"));

        assertThat(outcomes.stream().map(o -> answer(o)))
                .containsExactly("\"POST/moved?a=b{\\\"id\\\":1}\"", "\"GET/elsewhere\"", "\"PUT/batch2{}\"");
        assertThat(outcomes).allSatisfy(o -> assertThat(o.call().attempts()).isEqualTo(1));
        assertThat(api.requests())
                .filteredOn(r -> r.target().equals("/elsewhere"))
                .singleElement()
                .satisfies(r -> assertThat(r.headers())
                        .containsEntry("x-a", "1")
                        .doesNotContainKeys("content-type", "content-language"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void shouldFollowNoMoreRedirectsThanConfigured(int most) throws Exception {
        api.behave(request -> TestApi.answer(302, "").with("Location", "/again"));
        bundle.with("saddlebag.single.max-redirects", most).start();

        Outcome outcome = bundle.ask(items(1)).get(0);

        assertThat(outcome.failure().reason()).contains("302");
        assertThat(api.requests()).hasSize(most + 1);
    }

    @Test
    void shouldNotTakeSecretsAlongToAnotherHost() throws Exception {
        try (TestApi other = TestApi.start(request -> TestApi.answer(200, request.text()))) {
            api.behave(
                    request -> TestApi.answer(307, "").with("Location", "http://127.0.0.1:" + other.port() + "/there"));
            bundle.with("saddlebag.call.header.X-Secret", "s")
                    .with("saddlebag.auth.bearer", "t")
                    .with("saddlebag.call.allow-hosts", "127.0.0.1")
                    .start();

            List<Outcome> outcomes = bundle.ask(List.of("{\"url\":\"/a\",\"json\":1,\"headers\":{\"Cookie\":\"c\","
                    + "\"X-Key\":\"k\",\"Accept-Language\":\"de\"}}"));

            assertThat(outcomes).noneMatch(Outcome::failed);
            assertThat(other.requests())
                    .singleElement()
                    .satisfies(r -> assertThat(r.headers())
                            .containsEntry("accept-language", "de")
                            .doesNotContainKeys("cookie", "x-key", "x-secret", "authorization"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:%d/",
                "http://LOCALHOST.:%d/",
                "http://127.0.0.2:%d/",
                "http://127.0.0.1:1%d/",
                "http://[::1]:%d/",
                "http://[::ffff:127.0.0.1]:%d/",
                "http://[::ffff:7f00:1]:%d/",
                "http://[0:0:0:0:0:0:0:1]:%d/",
                "http://0.0.0.0:%d/",
                "http://[::]:%d/",
                "http://2130706433:%d/",
                "http://0x7f000001:%d/",
                "http://017700000001:%d/",
                "http://0177.0.0.1:%d/",
                "http://127.1:%d/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[fd00:ec2::254]/",
                "http://[::ffff:a9fe:a9fe]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://10.0.0.1/",
                "http://192.168.0.1/",
                "http://172.16.0.1/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://user@localhost:%d/",
                "//localhost:%d/",
            })
    void shouldNotCallTheInsideForAnItemNorForARedirect(String url) throws Exception {
        String hostile = url.formatted(api.port() % 10_000);
        api.behave(request -> TestApi.answer(302, "").with("Location", hostile));
        bundle.with("saddlebag.call.connect-timeout", "2s").start();

        List<Outcome> outcomes = bundle.ask(List.of("{\"url\":\"" + hostile + "\"}", "\"/redirects\""));

        assertThat(outcomes)
                .allSatisfy(o -> assertThat(o.failure().reason())
                        .containsAnyOf("saddlebag.call.allow-hosts", "no valid host", "user name", "host is unknown"));
        assertThat(api.requests()).extracting(Request::target).containsExactly("/redirects");
    }

    /** They do not come again, as lines of a file do. */
    @Test
    void shouldStillServeTheCallersWhoWaitWhenTheRuntimeStops() throws Exception {
        api.behave(request -> Singles.echo(request).after(100));
        bundle.with("saddlebag.call.concurrency", 2).start();
        List<CompletableFuture<String>> answers = IntStream.range(0, 20)
                .mapToObj(i -> bundle.askAsync("{\"id\":" + i + "}"))
                .toList();
        Awaitility.await().until(() -> api.requests().size() >= 2);

        bundle.close();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        assertThat(api.requests()).hasSize(20);
    }

    @Test
    void shouldGiveEachItemOneFateWhateverTheEndpointDoes() throws Exception {
        api.behave(request -> switch ((int) (request.number() * 2654435761L >>> 7 & 15)) {
            case 0 -> Singles.echo(request).delivered(Delivery.RESET);
            case 1 -> Singles.echo(request).delivered(Delivery.TORN);
            case 2 -> TestApi.answer(500, "oops");
            case 3 -> TestApi.answer(408, "");
            case 4 -> TestApi.answer(404, "{\"error\":\"gone\"}");
            default -> Singles.echo(request);
        });
        bundle.with("saddlebag.call.concurrency", 16)
                .with("saddlebag.call.max-attempts", 4)
                .with("saddlebag.call.max-pause", "20ms")
                .with("saddlebag.breaker.failure-rate-threshold", 100)
                .with("saddlebag.call.retry-share", 1)
                .start();

        List<Outcome> outcomes = bundle.ask(items(600));

        assertThat(outcomes).hasSize(600);
        assertThat(outcomes).extracting(o -> o.item().id()).doesNotHaveDuplicates();
        assertThat(outcomes)
                .filteredOn(o -> !o.failed())
                .hasSizeGreaterThan(400)
                .allSatisfy(o -> assertThat(answer(o))
                        .contains("\"id\":\"" + o.item().id() + "\"")
                        .contains("\"r:t" + o.item().id() + "\""));
        assertThat(outcomes)
                .filteredOn(Outcome::failed)
                .allSatisfy(o -> assertThat(o.failure().reason()).isNotBlank());
    }
}
