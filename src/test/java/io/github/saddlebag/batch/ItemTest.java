package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ItemTest {

    private static Item item(Object body) {
        return new Item(body, Map.of(), null);
    }

    @Test
    void shouldKeepTheFirstFateAndRefuseTheSecond() {
        Item item = item("a");

        assertThat(item.answer("first", null)).isTrue();

        assertThat(item.answer("second", null)).isFalse();
        assertThat(item.fail(new Failure("too late"), null)).isFalse();
        assertThat(item.fate()).isEqualTo(new Outcome(item, "first", null, null));
        assertThat(item.fate().failed()).isFalse();
    }

    @Test
    void shouldKeepTheCallAndTheReasonOfAFailure() {
        Item item = item("a");
        Call call = new Call("b1", "http://localhost/batch", 500, 3, List.of());

        item.fail(new Failure("no", "detail"), call);

        assertThat(item.fate().failed()).isTrue();
        assertThat(item.fate().failure()).isEqualTo(new Failure("no", "detail"));
        assertThat(item.fate().call()).isSameAs(call);
        assertThat(item.fate().answer()).isNull();
    }

    @Test
    void shouldGetExactlyOneFateOfManyAtOnce() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier start = new CyclicBarrier(threads);
        try {
            for (int round = 0; round < 2000; round++) {
                Item item = item("a");
                List<Future<Boolean>> tries = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    int number = i;
                    tries.add(pool.submit(() -> {
                        start.await();
                        return number % 2 == 0
                                ? item.answer(number, null)
                                : item.fail(new Failure("failure " + number), null);
                    }));
                }
                int winner = -1;
                for (int i = 0; i < threads; i++) {
                    if (tries.get(i).get(60, TimeUnit.SECONDS)) {
                        assertThat(winner)
                                .as("a second fate in round %d", round)
                                .isEqualTo(-1);
                        winner = i;
                    }
                }
                Object fate = item.fate().failed()
                        ? item.fate().failure().reason()
                        : item.fate().answer();
                assertThat(fate).isEqualTo(winner % 2 == 0 ? winner : "failure " + winner);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "16383, 1", "16384, 1", "16385, 2", "32768, 2", "32769, 3", "10485760, 640"})
    void shouldTakeOnePermitForEach16KiBBegun(int size, int permits) {
        assertThat(item(new byte[size]).permits()).isEqualTo(permits);
        assertThat(item("x".repeat(size)).permits()).isEqualTo(permits);
    }

    @Test
    void shouldTakeOnePermitForWhatHasNoSize() {
        assertThat(item(Map.of("a", 1)).permits()).isEqualTo(1);
        assertThat(item(null).permits()).isEqualTo(1);
    }

    @Test
    void shouldHaveOneHolderAtATime() {
        Item item = item("a");
        Object gate = "gate";
        Object batch = "batch";

        assertThat(item.handOver(null, gate)).isTrue();
        assertThat(item.handOver(null, batch)).as("the gate holds it").isFalse();
        assertThat(item.handOver(gate, batch)).isTrue();
        assertThat(item.handOver(gate, null)).as("the gate gave it away").isFalse();
        assertThat(item.handOver(batch, null)).isTrue();
    }

    @Test
    void shouldRefuseToBeSentTwice() throws Exception {
        ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();
        BatchHub hub = new BatchHub("x", pool, pool, pool, new Memory());
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Item item = item("a");
            Parked parked = new Parked(hub, new DefaultExchange(context), done -> {}, List.of(item), false, null);

            assertThat(item.parked()).isSameAs(parked);
            assertThatThrownBy(() -> item.park(parked))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("An item can be sent only once; make a new one of the same body.");
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void shouldRefuseToBeWrittenBeforeItWasRead() {
        assertThatThrownBy(() -> item("a").wire()).hasMessage("the item was not read");
    }
}
