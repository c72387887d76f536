package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes go to the destinations that were chosen by name, out of a list, and to no other. */
@Tag("slow")
@Timeout(120)
class DestinationsTest {

    @TempDir
    private Path folder;

    private final List<String> letters = new CopyOnWriteArrayList<>();
    private final List<String> results = new CopyOnWriteArrayList<>();
    private final List<String> us = new CopyOnWriteArrayList<>();
    private final List<String> records = new CopyOnWriteArrayList<>();
    private final AtomicInteger failAfter = new AtomicInteger(-1);
    private final AtomicBoolean down = new AtomicBoolean();
    private final AtomicInteger tried = new AtomicInteger();
    private final Bundle bundle = Bundle.of("50-", "53-", "54-", "55-", "56-", "94-")
            .with("saddlebag.deliver.back-off", "10ms")
            .with("saddlebag.deliver.kafka.enabled", true)
            .with("saddlebag.deliver.to-header", "to")
            .with("saddlebag.deliver.destination.us", "direct:us")
            .with("saddlebag.deliver.destination.topic", "kafka:results-eu")
            .stub("saddlebag-deliver-file", exchange -> ids(exchange, results))
            .stub("saddlebag-dead-letter", exchange -> ids(exchange, letters))
            .stub("saddlebag-deliver-kafka", exchange -> {
                records.add(exchange.getMessage().getHeader("SaddlebagDestinationTarget", String.class));
                ids(exchange, records);
            });

    @SuppressWarnings("unchecked")
    private static void ids(Exchange exchange, List<String> into) {
        for (Outcome outcome : (List<Outcome>) exchange.getMessage().getBody(List.class)) {
            into.add(outcome.item().id() + (outcome.failed() ? " failed" : ""));
        }
    }

    private void start() throws Exception {
        bundle.with("saddlebag.deliver.destination.eu", "file:" + folder.resolve("eu.jsonl"))
                .start();
        bundle.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:us").process(exchange -> {
                    tried.incrementAndGet();
                    if (down.get()) {
                        throw new IOException("down");
                    }
                    if (us.size() == failAfter.getAndUpdate(n -> us.size() == n ? -1 : n)) {
                        throw new IOException("down for once");
                    }
                    us.add(exchange.getMessage().getBody(String.class));
                });
            }
        });
    }

    private static Outcome outcome(String id, String to) {
        Item item = new Item("{}", Map.of("to", to), null);
        item.identify(id, false);
        return new Outcome(item, "1".getBytes(StandardCharsets.UTF_8), null, null);
    }

    private Exchange deliver(Outcome... outcomes) {
        return bundle.template()
                .send(
                        "direct:saddlebag-deliver",
                        exchange -> exchange.getMessage().setBody(List.of(outcomes)));
    }

    private List<String> eu() throws IOException {
        Path file = folder.resolve("eu.jsonl");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @AfterEach
    void stop() {
        bundle.close();
    }

    @Test
    void shouldSendEachToThoseThatItChooses() throws Exception {
        start();

        Exchange done = deliver(
                outcome("a", "eu"),
                outcome("b", "us"),
                outcome("c", "topic"),
                outcome("d", "eu, us"),
                outcome("e", ""));

        assertThat(done.getException()).isNull();
        assertThat(eu()).containsExactly("{\"id\":\"a\",\"result\":1}", "{\"id\":\"d\",\"result\":1}");
        assertThat(us).containsExactly("{\"id\":\"b\",\"result\":1}", "{\"id\":\"d\",\"result\":1}");
        assertThat(records).containsExactly("results-eu", "c");
        assertThat(results).containsExactly("e");
        assertThat(letters).isEmpty();
    }

    @Test
    void shouldFollowNoAddressOutOfAnItem() throws Exception {
        start();

        deliver(outcome("a", "file:/tmp/x"), outcome("b", "direct:us"), outcome("c", "eu,nowhere"));

        assertThat(results).containsExactly("a", "b", "c");
        assertThat(eu()).isEmpty();
        assertThat(us).isEmpty();
    }

    @Test
    void shouldMakeDeadLettersOfThoseWhoseChoiceIsNotListed() throws Exception {
        bundle.with("saddlebag.deliver.unlisted", "dead-letter");
        start();

        deliver(outcome("a", "nowhere"), outcome("b", "eu"));

        assertThat(letters).containsExactly("a failed");
        assertThat(results).containsExactly("a failed");
        assertThat(eu()).hasSize(1);
    }

    @Test
    void shouldWaitForOneThatIsDownAndHoldUpNoOther() throws Exception {
        start();
        down.set(true);
        CompletableFuture<Exchange> first = CompletableFuture.supplyAsync(() -> deliver(outcome("a", "us")));
        await().during(java.time.Duration.ofMillis(100)).until(() -> !first.isDone());

        CompletableFuture<Exchange> second = CompletableFuture.supplyAsync(
                () -> deliver(outcome("b", "us"), outcome("c", "eu"), outcome("d", "topic")));

        await().until(() -> eu().size() == 1 && records.contains("d"));
        assertThat(us).isEmpty();
        assertThat(second).isNotDone();
        down.set(false);
        await().until(() -> first.isDone() && second.isDone());
        assertThat(us).containsExactlyInAnyOrder("{\"id\":\"a\",\"result\":1}", "{\"id\":\"b\",\"result\":1}");
        assertThat(eu()).hasSize(1);
    }

    /** Its first failure held up what was answered together with it for others. */
    @Test
    void shouldHoldUpOnlyItsOwnFromTheFirstFailureOn() throws Exception {
        start();
        down.set(true);

        CompletableFuture<Exchange> first = CompletableFuture.supplyAsync(() -> deliver(
                outcome("a", "us"),
                outcome("b", "eu"),
                outcome("c", "topic"),
                outcome("d", ""),
                outcome("e", "us,eu")));

        await().until(() -> results.contains("d"));
        assertThat(eu()).containsExactly("{\"id\":\"b\",\"result\":1}", "{\"id\":\"e\",\"result\":1}");
        assertThat(records).containsExactly("results-eu", "c");
        assertThat(us).isEmpty();
        assertThat(first).isNotDone();
        down.set(false);
        assertThat(first.get().getException()).isNull();
        assertThat(us).containsExactly("{\"id\":\"a\",\"result\":1}", "{\"id\":\"e\",\"result\":1}");
        assertThat(eu()).hasSize(2);
        assertThat(results).containsExactly("d");
    }

    /** Each delivery tried by itself: what came later could be there before what had to wait. */
    @Test
    void shouldKeepTheOrderInWhichTheyCameToOneThatWasDown() throws Exception {
        bundle.with("saddlebag.deliver.back-off", "100ms");
        start();
        down.set(true);
        List<CompletableFuture<Exchange>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Outcome outcome = outcome("i" + i, "us");
            waiting.add(bundle.template()
                    .asyncSend(
                            "direct:saddlebag-deliver",
                            exchange -> exchange.getMessage().setBody(List.of(outcome))));
            await().until(() -> tried.get() > 0);
        }
        int tries = tried.get();

        down.set(false);

        for (CompletableFuture<Exchange> each : waiting) {
            assertThat(each.get().getException()).isNull();
        }
        assertThat(us)
                .extracting(line -> line.substring(7, line.indexOf("\",")))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "i" + i).toList());
        assertThat(tries).as("only the first of the line asks").isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"us", "direct"})
    void shouldSendAgainOnlyWhatAnEndpointHasNotTaken(String to) throws Exception {
        bundle.with("saddlebag.deliver.direct.to", "direct:us");
        start();
        failAfter.set(2);

        Exchange done = deliver(outcome("a", to), outcome("b", to), outcome("c", to), outcome("d", to));

        assertThat(done.getException()).isNull();
        assertThat(us)
                .containsExactly(
                        "{\"id\":\"a\",\"result\":1}",
                        "{\"id\":\"b\",\"result\":1}",
                        "{\"id\":\"c\",\"result\":1}",
                        "{\"id\":\"d\",\"result\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "saddlebag.deliver.destination.file, direct:x, its name",
        "saddlebag.deliver.destination.x, eu.jsonl, give file:PATH",
        "saddlebag.deliver.destination.x, nonsense:y, no component nonsense",
        "saddlebag.deliver.to, nowhere, give one of",
        "saddlebag.deliver.unlisted, drop, give deliver-to or dead-letter",
    })
    void shouldNotStartWithADestinationThatCannotBe(String property, String value, String why) {
        bundle.with(property, value);

        assertThatThrownBy(this::start).rootCause().hasMessageContaining(value).hasMessageContaining(why);
    }
}
