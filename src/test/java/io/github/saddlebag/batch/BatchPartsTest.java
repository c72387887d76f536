package io.github.saddlebag.batch;

import static io.github.saddlebag.batch.Batches.failure;
import static io.github.saddlebag.batch.Batches.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items of a list that have their fate do not wait for those that have none yet. */
@Timeout(120)
class BatchPartsTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private final Queue<List<Outcome>> parts = new ConcurrentLinkedQueue<>();
    private volatile RuntimeException refusal;
    private final RouteBuilder partsRoute = new RouteBuilder() {
        @Override
        @SuppressWarnings("unchecked")
        public void configure() {
            from("direct:parts").errorHandler(noErrorHandler()).process(exchange -> {
                parts.add(exchange.getMessage().getBody(List.class));
                if (refusal != null) {
                    throw refusal;
                }
            });
        }
    };

    /** Answers all but the batch with the item 0, which waits for the end. */
    private BatchRoute route() {
        return new BatchRoute("x").maxItems(10).batch(batch -> {
            if (batch.items().get(0).body().equals(0)) {
                end.await();
            }
            BatchRoute.echo(batch);
        });
    }

    private static List<Integer> numbers() {
        return IntStream.range(0, 100).boxed().toList();
    }

    private List<Object> gone() {
        return parts.stream()
                .flatMap(List::stream)
                .map(outcome -> outcome.item().body())
                .toList();
    }

    @AfterEach
    void release() {
        end.countDown();
    }

    @Test
    void shouldLetWhatIsAnsweredGoOnAheadOfTheRest() throws Exception {
        try (Batches batches = Batches.start(route(), partsRoute)) {
            CompletableFuture<Exchange> list = batches.send("batch:x?partsTo=direct:parts", numbers());

            await().until(() -> gone().size() == 90);
            assertThat(gone())
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(10, 100).boxed().toList());
            assertThat(parts).as("not one for each item").hasSizeLessThan(20);
            assertThat(list).isNotDone();
            end.countDown();

            assertThat(outcomes(list))
                    .extracting(o -> o.item().body())
                    .isEqualTo(numbers().subList(0, 10));
            assertThat(gone()).hasSize(90);
            assertThat(batches.hub("x").parked()).isZero();
        }
    }

    /** A part whose destination was down held up those that were answered after it. */
    @Test
    void shouldLetOthersGoOnBehindAPartThatIsHeldUp() throws Exception {
        AtomicReference<AsyncCallback> held = new AtomicReference<>();
        RouteBuilder holding = new RouteBuilder() {
            @Override
            @SuppressWarnings("unchecked")
            public void configure() {
                from("direct:parts").errorHandler(noErrorHandler()).process(new AsyncProcessorSupport() {
                    @Override
                    public boolean process(Exchange exchange, AsyncCallback callback) {
                        parts.add(exchange.getMessage().getBody(List.class));
                        if (held.compareAndSet(null, callback)) {
                            exchange.getProperty(BatchConstants.HELD_UP, Runnable.class)
                                    .run();
                            return false;
                        }
                        callback.done(true);
                        return true;
                    }
                });
            }
        };
        try (Batches batches = Batches.start(route(), holding)) {
            CompletableFuture<Exchange> list = batches.send("batch:x?partsTo=direct:parts", numbers());
            await().until(() -> gone().size() == 90);
            end.countDown();

            await().until(() -> gone().size() == 100);
            assertThat(list).isNotDone();
            held.get().done(false);

            assertThat(outcomes(list)).isEmpty();
            assertThat(gone()).hasSize(100).doesNotHaveDuplicates();
            assertThat(batches.hub("x").parked()).isZero();
        }
    }

    @Test
    void shouldKeepAListTogetherThatIsNotToGoOnInParts() throws Exception {
        try (Batches batches = Batches.start(route(), partsRoute)) {
            CompletableFuture<Exchange> list = batches.send("batch:x", numbers());
            end.countDown();

            assertThat(outcomes(list)).hasSize(100);
            assertThat(parts).isEmpty();
        }
    }

    @Test
    void shouldFailTheListOfWhichAPartCouldNotGoOn() throws Exception {
        refusal = new IllegalStateException("the disk is full");
        try (Batches batches = Batches.start(route(), partsRoute)) {
            CompletableFuture<Exchange> list = batches.send("batch:x?partsTo=direct:parts", numbers());
            await().until(() -> gone().size() == 90);
            end.countDown();

            assertThat(failure(list)).isSameAs(refusal);
        }
    }
}
