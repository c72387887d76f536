package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.answer;
import static io.github.saddlebag.batch.Batches.ended;
import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a caller of {@code to: batch:} gets. */
@Timeout(120)
class BatchEndpointTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldGiveASingleCallerItsOwnAnswerWhile1000OthersShareBatchesWithIt() throws Exception {
        BatchRoute route = new BatchRoute("x").maxWait("50ms");
        try (Batches batches = Batches.start(route)) {
            Map<String, CompletableFuture<Exchange>> sent = new HashMap<>();
            for (int i = 0; i < 1001; i++) {
                sent.put("item-" + i, batches.send("batch:x", "item-" + i));
            }

            for (Map.Entry<String, CompletableFuture<Exchange>> one : sent.entrySet()) {
                assertThat(answer(one.getValue())).isEqualTo("r:" + one.getKey());
            }
            assertThat(route.sizes()).hasSizeLessThan(50).allMatch(size -> size <= 100);
            assertThat(route.sizes().stream().mapToInt(size -> size).sum()).isEqualTo(1001);
        }
    }

    @Test
    void shouldAnswerACallerWhoBlocks() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            Object answer = batches.context().createProducerTemplate().requestBody("batch:x", "one");

            assertThat(answer).isEqualTo("r:one");
        }
    }

    @Test
    void shouldGiveEachItemItsOwnAnswerInWhateverOrderTheyAreAnswered() throws Exception {
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            List<Item> items = new ArrayList<>(batch.unsettled());
            Collections.shuffle(items, ThreadLocalRandom.current());
            items.forEach(item -> item.answer("r:" + item.body(), null));
        });
        try (Batches batches = Batches.start(route)) {
            List<String> bodies =
                    IntStream.range(0, 250).mapToObj(Integer::toString).toList();

            List<Outcome> outcomes = outcomes(batches.send("batch:x", bodies));

            assertThat(outcomes).extracting(o -> o.item().body()).isEqualTo(bodies);
            assertThat(outcomes).allMatch(o -> o.answer().equals("r:" + o.item().body()));
        }
    }

    @Test
    void shouldLetAListGoOnAsOutcomesInItemOrderWithoutExceptionWhereItemsFailed() throws Exception {
        Call call = new Call("b", "http://localhost/x", 200, 2, List.of());
        BatchRoute route = new BatchRoute("x")
                .batch(batch -> batch.unsettled().forEach(item -> {
                    if (item.body().equals("bad")) {
                        item.fail(new Failure("refused"), call);
                    } else {
                        item.answer("r:" + item.body(), call);
                    }
                }));
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> sent = batches.send("batch:x", List.of("a", "bad", "b"));

            assertThat(failure(sent)).isNull();
            List<Outcome> outcomes = outcomes(sent);
            assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false);
            assertThat(outcomes).extracting(Outcome::answer).containsExactly("r:a", null, "r:b");
            assertThat(outcomes.get(1).failure().reason()).isEqualTo("refused");
            assertThat(outcomes).extracting(Outcome::call).containsOnly(call);
        }
    }

    @Test
    void shouldFailASingleCallerWithTheReasonAndWithoutCause() throws Exception {
        BatchRoute route = new BatchRoute("x")
                .batch(batch -> batch.unsettled().forEach(item -> item.fail(new Failure("refused", "detail"), null)));
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> sent = batches.send("batch:x", "a");

            Throwable failure = failure(sent);
            assertThat(failure).isInstanceOf(ItemFailedException.class).hasMessage("refused");
            assertThat(failure.getCause()).as("onException matches by cause").isNull();
            Outcome outcome = ((ItemFailedException) failure).outcome();
            assertThat(outcome.failure()).isEqualTo(new Failure("refused", "detail"));
            assertThat(outcome.item().body()).isEqualTo("a");
            assertThat(ended(sent).getProperty(BatchConstants.OUTCOME)).isSameAs(outcome);
        }
    }

    @Test
    void shouldNotRunAStepOfTheSourceAgainBecauseAnItemFailed() throws Exception {
        List<Object> runs = new ArrayList<>();
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            throw new IOException("connection reset");
        });
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                onException(IOException.class).maximumRedeliveries(5).redeliveryDelay(0);
                from("direct:source")
                        .process(exchange -> runs.add(exchange.getMessage().getBody()))
                        .to("batch:x");
            }
        };
        try (Batches batches = Batches.start(route, source)) {
            Throwable failure = failure(batches.send("direct:source", "a"));

            assertThat(failure).isInstanceOf(ItemFailedException.class);
            assertThat(runs).containsExactly("a");
            assertThat(route.sizes()).containsExactly(1);
        }
    }

    @Test
    void shouldTellTheOutcomeOfTheLastCallOnly() throws Exception {
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source")
                        .to("batch:x")
                        .setBody(constant(List.of("b", "c")))
                        .to("batch:x");
            }
        };
        try (Batches batches = Batches.start(new BatchRoute("x"), source)) {
            CompletableFuture<Exchange> sent = batches.send("direct:source", "a");

            assertThat(outcomes(sent)).extracting(Outcome::answer).containsExactly("r:b", "r:c");
            assertThat(ended(sent).getProperty(BatchConstants.OUTCOME))
                    .as("the outcome of the single item that was sent before")
                    .isNull();
        }
    }

    @Test
    void shouldTurnStreamsIntoBytesBeforeParking(@TempDir Path folder) throws Exception {
        File file = Files.writeString(folder.resolve("a.txt"), "from a file").toFile();
        CountDownLatch parked = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            parked.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            List<Object> bodies = List.of(
                    new ByteArrayInputStream(bytes("from a stream")),
                    new StringReader("from a reader"),
                    file,
                    ByteBuffer.wrap(bytes("from a buffer")),
                    "text");

            CompletableFuture<Exchange> sent = batches.send("batch:x", bodies);
            Files.delete(file.toPath());
            parked.countDown();

            List<Outcome> outcomes = outcomes(sent);
            assertThat(outcomes.subList(0, 4)).allMatch(o -> o.item().body() instanceof byte[]);
            assertThat(outcomes.stream().map(o -> text(o.item().body())))
                    .containsExactly("from a stream", "from a reader", "from a file", "from a buffer", "text");
        }
    }

    @Test
    void shouldTurnTheStreamOfASingleCallerIntoBytes() throws Exception {
        BatchRoute route = new BatchRoute("x")
                .batch(batch -> batch.unsettled()
                        .forEach(item -> item.answer(item.body().getClass(), null)));
        try (Batches batches = Batches.start(route)) {
            assertThat(answer(batches.send("batch:x", new ByteArrayInputStream(bytes("a")))))
                    .isEqualTo(byte[].class);
            assertThat(answer(batches.send("batch:x", Map.of("a", 1))))
                    .as("what is no stream stays what it is")
                    .isNotEqualTo(byte[].class);
        }
    }

    private static String text(Object body) {
        return body instanceof byte[] b ? new String(b, StandardCharsets.UTF_8) : body.toString();
    }

    @Test
    void shouldFailAStreamThatCannotBeRead() throws Exception {
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            Throwable failure = failure(batches.send("batch:x", new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("broken pipe");
                }
            }));

            assertThat(failure).hasStackTraceContaining("broken pipe");
            assertThat(batches.hub("x").parked()).isZero();
            assertThat(batches.hub("x").inFlight()).isZero();
        }
    }

    @Test
    void shouldFailAMessageWithoutBody() throws Exception {
        BatchRoute route = new BatchRoute("x");
        try (Batches batches = Batches.start(route)) {
            Throwable failure = failure(batches.send("batch:x", null));

            assertThat(failure)
                    .isInstanceOf(ItemFailedException.class)
                    .hasMessage("The message has no body: there is nothing to send for this item.");
            assertThat(batches.hub("x").parked()).isZero();
        }
    }

    @Test
    void shouldFailOnlyTheElementsWithoutBody() throws Exception {
        BatchRoute route = new BatchRoute("x");
        try (Batches batches = Batches.start(route)) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x", Arrays.asList("a", null, "b")));

            assertThat(outcomes).extracting(Outcome::failed).containsExactly(false, true, false);
            assertThat(route.sizes()).containsExactly(2);
        }
    }

    @Test
    void shouldLetAnEmptyListGoOnAtOnce() throws Exception {
        BatchRoute route = new BatchRoute("x");
        try (Batches batches = Batches.start(route)) {
            assertThat(outcomes(batches.send("batch:x", List.of()))).isEmpty();
            assertThat(outcomes(batches.send("batch:none", List.of())))
                    .as("even without a consumer")
                    .isEmpty();
            assertThat(route.sizes()).isEmpty();
        }
    }

    @Test
    void shouldTakeNoOtherCollectionForAList() throws Exception {
        BatchRoute route = new BatchRoute("x");
        try (Batches batches = Batches.start(route)) {
            Object answer = answer(batches.send("batch:x", Set.of("a")));

            assertThat(answer).isEqualTo("r:[a]");
            assertThat(route.sizes()).containsExactly(1);
        }
    }

    @Test
    void shouldTakeItemsAsTheyAreAndSendThemOnce() throws Exception {
        Position position = new Position() {
            @Override
            public String source() {
                return "a.jsonl";
            }

            @Override
            public long number() {
                return 7;
            }
        };
        Item item = new Item("a", Map.of("k", "v"), position);
        try (Batches batches = Batches.start(new BatchRoute("x"))) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x", List.of(item)));

            assertThat(outcomes.get(0).item()).isSameAs(item);
            assertThat(outcomes.get(0).item().position()).isSameAs(position);
            assertThat(failure(batches.send("batch:x", List.of(item))))
                    .hasMessage("An item can be sent only once; make a new one of the same body.");
            assertThat(failure(batches.send("batch:x", List.of("b", item)))).isInstanceOf(IllegalStateException.class);
            assertThat(batches.hub("x").parked()).isZero();
        }
    }

    @Test
    void shouldKeepTheHeadersThatAnItemCameWith() throws Exception {
        CountDownLatch goneOn = new CountDownLatch(1);
        List<Object> seen = new ArrayList<>();
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            seen.add(batch.items().get(0).headers().get("K"));
            BatchRoute.echo(batch);
            goneOn.await();
            seen.add(batch.items().get(0).headers().get("k"));
        });
        RouteBuilder source = new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:source")
                        .to("batch:x")
                        .setHeader("k", constant("changed"))
                        .process(exchange -> goneOn.countDown());
            }
        };
        try (Batches batches = Batches.start(route, source)) {
            Exchange exchange = ended(batches.send("direct:source", "a", Map.of("k", "original")));

            assertThat(exchange.getMessage().getHeader("k")).isEqualTo("changed");
            await().untilAsserted(() -> assertThat(seen).containsExactly("original", "original"));
        }
    }

    @Test
    void shouldFailTheCallersAfterReplyTimeoutAndGiveThePermitBackWhenTheBatchEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            end.await();
            batch.items().forEach(item -> item.answer("too late", null));
        });
        try (Batches batches = Batches.start(route)) {
            BatchHub hub = batches.hub("x");

            CompletableFuture<Exchange> single = batches.send("batch:x?replyTimeout=2s", "a");
            CompletableFuture<Exchange> list = batches.send("batch:x?replyTimeout=2s", List.of("b", "c"));

            String reason = "No answer within 2000ms (replyTimeout of batch:x); the request may still be under way.";
            assertThat(failure(single)).isInstanceOf(ItemFailedException.class).hasMessage(reason);
            assertThat(outcomes(list)).extracting(o -> o.failure().reason()).containsExactly(reason, reason);
            assertThat(hub.parked()).isZero();
            assertThat(hub.inFlight()).as("the requests are still under way").isEqualTo(3);
            end.countDown();
            await().untilAsserted(() -> assertThat(hub.inFlight()).isZero());
            assertThat(hub.lateFates()).as("answers that nobody waits for").isEqualTo(3);
        }
    }

    @Test
    void shouldKeepTheAnswersThatCameBeforeReplyTimeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").batch(batch -> {
            batch.items().get(0).answer("in time", null);
            end.await();
        });
        try (Batches batches = Batches.start(route)) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x?replyTimeout=2s", List.of("a", "b")));

            assertThat(outcomes.get(0).answer()).isEqualTo("in time");
            assertThat(outcomes.get(1).failure().reason()).startsWith("No answer within 2000ms");
            end.countDown();
        }
    }

    @Test
    void shouldCountTheTimeAtTheGateTowardsReplyTimeout() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        BatchRoute route = new BatchRoute("x").options("maxInFlight=1").batch(batch -> {
            end.await();
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            BatchHub hub = batches.hub("x");
            CompletableFuture<Exchange> inside = batches.send("batch:x", "a");

            assertThat(failure(batches.send("batch:x?replyTimeout=50ms", "b")))
                    .hasMessageStartingWith("No answer within 50ms");

            assertThat(hub.waiting()).as("it has left the line").isZero();
            end.countDown();
            assertThat(answer(inside)).isEqualTo("r:a");
            await().untilAsserted(() -> assertThat(hub.inFlight()).isZero());
            assertThat(route.batches()).hasSize(1);
        }
    }

    @Test
    void shouldLeaveOutOfTheRequestWhoHasItsFateAlready() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        List<Object> written = new ArrayList<>();
        BatchRoute route = new BatchRoute("x").maxItems(2).batch(batch -> {
            timedOut.await();
            batch.unsettled().forEach(item -> written.add(item.body()));
            BatchRoute.echo(batch);
        });
        try (Batches batches = Batches.start(route)) {
            CompletableFuture<Exchange> hasty = batches.send("batch:x?replyTimeout=20ms", "hasty");
            CompletableFuture<Exchange> patient = batches.send("batch:x", "patient");

            assertThat(failure(hasty)).isInstanceOf(ItemFailedException.class);
            timedOut.countDown();

            assertThat(answer(patient)).isEqualTo("r:patient");
            assertThat(written).doesNotContain("hasty").contains("patient");
        }
    }

    @Test
    void shouldNotTakeIntoABatchWhoHasItsFateAlready() throws Exception {
        BatchRoute route = new BatchRoute("x").arrival(exchange -> {
            for (Item item : exchange.getMessage().getBody(Arrival.class)) {
                if (item.body().equals("bad")) {
                    item.fail(new Failure("refused before any request"), null);
                }
            }
        });
        try (Batches batches = Batches.start(route)) {
            List<Outcome> outcomes = outcomes(batches.send("batch:x", List.of("bad", "a", "bad", "b", "bad")));

            assertThat(outcomes).extracting(Outcome::failed).containsExactly(true, false, true, false, true);
            assertThat(route.sizes()).containsExactly(2);
            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
        }
    }

    @Test
    void shouldSendNoBatchWhereAllItemsHaveTheirFateAlready() throws Exception {
        BatchRoute route = new BatchRoute("x")
                .arrival(exchange -> exchange.getMessage()
                        .getBody(Arrival.class)
                        .forEach(item -> item.fail(new Failure("refused before any request"), null)));
        try (Batches batches = Batches.start(route)) {
            assertThat(outcomes(batches.send("batch:x", List.of("a", "b")))).allMatch(Outcome::failed);

            await().untilAsserted(() -> assertThat(batches.hub("x").inFlight()).isZero());
            // a stop lets every open batch leave
            batches.context().getRouteController().stopRoute("x");
            assertThat(route.sizes()).isEmpty();
        }
    }

    @Test
    void shouldRefuseASizeThatIsNoneAndAnOptionThatItDoesNotKnow() throws Exception {
        try (Batches batches = Batches.of().begin()) {
            assertThatThrownBy(() -> batches.context().getEndpoint("batch:x?maxInFlight=0"))
                    .hasStackTraceContaining("maxInFlight is 0: it must be at least 1.");
            assertThatThrownBy(() -> batches.context().getEndpoint("batch:x?maxInFlite=1"))
                    .as("a near miss")
                    .isInstanceOf(ResolveEndpointFailedException.class);
        }
    }

    @Test
    void shouldThrowTheFailureToACallerWhoBlocks() throws Exception {
        BatchRoute route = new BatchRoute("x")
                .batch(batch -> batch.unsettled().forEach(item -> item.fail(new Failure("refused"), null)));
        try (Batches batches = Batches.start(route)) {
            assertThatThrownBy(() -> batches.context().createProducerTemplate().requestBody("batch:x", "a"))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasCauseInstanceOf(ItemFailedException.class);
        }
    }
}
