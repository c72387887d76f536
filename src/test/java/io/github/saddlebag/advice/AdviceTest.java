package io.github.saddlebag.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.saddlebag.stats.Histogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Advice on simulated traffic, and what comes of it where it is followed. */
class AdviceTest {

    private static final double MS = 1e6;

    /** When items come, in milliseconds. */
    private static List<Double> trickle(double perSecond) {
        Random random = new Random(7);
        List<Double> times = new ArrayList<>();
        for (double time = 0; times.size() < 5_000; time += -Math.log(1 - random.nextDouble()) * 1000 / perSecond) {
            times.add(time);
        }
        return times;
    }

    /** So many at once, within some milliseconds, each second. */
    private static List<Double> bursts(int items, double within) {
        Random random = new Random(7);
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            for (int j = 0; j < items; j++) {
                times.add(i * 1000 + random.nextDouble() * within);
            }
        }
        return times.stream().sorted().toList();
    }

    /** How these would have been gathered. */
    private static Evidence gathered(List<Double> times, int maxItems, int maxWait) {
        Histogram joined = new Histogram();
        long batches = 0;
        long byAge = 0;
        long byCount = 0;
        int size = 0;
        double opened = 0;
        for (double time : times) {
            if (size > 0 && time > opened + maxWait) {
                batches++;
                byAge++;
                size = 0;
            }
            if (size == 0) {
                opened = time;
            } else {
                joined.record((long) ((time - opened) * MS), 1);
            }
            if (++size == maxItems) {
                batches++;
                byCount++;
                size = 0;
            }
        }
        return new Evidence(
                batches,
                (double) times.size() / batches,
                (double) byAge / batches,
                (double) byCount / batches,
                (double) joined.count() / batches,
                joined.quantile(0.9),
                batches,
                0,
                50 * MS,
                0,
                0,
                0,
                0,
                new Evidence.Settings(maxItems, Duration.ofMillis(maxWait), 8));
    }

    private static int millis(Advice advice) {
        assertThat(advice.setting()).isEqualTo("saddlebag.batch.max-wait");
        return Integer.parseInt(advice.value().replace("ms", ""));
    }

    @Test
    void shouldNotWaitForATrickle() {
        List<Double> times = trickle(1);
        Evidence evidence = gathered(times, 100, 100);

        List<Advice> advice = Advice.of(evidence);

        assertThat(advice).hasSize(1);
        Evidence after = gathered(times, 100, millis(advice.get(0)));
        assertThat(after.itemsEach()).isCloseTo(evidence.itemsEach(), within(0.25 * evidence.itemsEach()));
        assertThat(advice.get(0).words()).contains("100 ms of waiting bought 0.1 items", "max-wait=1ms");
    }

    @Test
    void shouldWaitForABurstAndNoLonger() {
        List<Double> times = bursts(12, 20);
        Evidence evidence = gathered(times, 100, 200);

        List<Advice> advice = Advice.of(evidence);

        assertThat(advice).hasSize(1);
        assertThat(millis(advice.get(0))).isBetween(15, 25);
        Evidence after = gathered(times, 100, millis(advice.get(0)));
        assertThat(after.itemsEach()).isCloseTo(12, within(0.25 * 12));
        assertThat(Advice.of(after)).isEmpty();
    }

    @Test
    void shouldSayNothingWhereTheSettingsAreRight() {
        assertThat(Advice.of(gathered(trickle(2000), 100, 200))).as("full").isEmpty();
        assertThat(Advice.of(gathered(trickle(100), 100, 100)))
                .as("each part of the waiting brings as much")
                .isEmpty();
        assertThat(Advice.of(gathered(bursts(12, 20), 100, 25))).as("bursts").isEmpty();
    }

    @Test
    void shouldSayNothingOfAFewBatches() {
        assertThat(Advice.of(gathered(bursts(12, 20).subList(0, 12 * 90), 100, 200)))
                .isEmpty();
    }

    /** An endpoint that lets so many requests a second through, and as many in flight as fit. */
    private static Evidence throttled(int concurrency, double rate, double callMs) {
        long calls = 1_000;
        double unlimited = concurrency * 1000 / callMs;
        boolean over = unlimited > rate;
        double quiet = over ? concurrency / rate * 1000 - callMs : 0;
        return new Evidence(
                calls,
                100,
                0,
                1,
                99,
                1,
                calls,
                over && unlimited > 1.5 * rate ? 40 : 0,
                callMs * MS,
                0,
                quiet * MS,
                1,
                over ? rate : 0,
                new Evidence.Settings(100, Duration.ofMillis(50), concurrency));
    }

    @Test
    void shouldAskAThrottledEndpointForMoreAtOnceByFewer() {
        List<Advice> advice = Advice.of(throttled(16, 10, 200));

        assertThat(advice)
                .extracting(Advice::setting)
                .containsExactly("saddlebag.batch.max-items", "saddlebag.call.concurrency");
        assertThat(advice.get(0).value()).isEqualTo("200");
        // 10 a second that take 200 ms each are 2 in flight; and one that is under way
        int places = Integer.parseInt(advice.get(1).value());
        assertThat(places).isEqualTo(3);
        assertThat(Advice.of(throttled(places, 10, 200))).isEmpty();
    }

    /** Requests that wait for a place: those of batches, or of an item each. */
    private static Evidence waiting(long batches, double byAge, double callMs, double slotMs, double busy) {
        return new Evidence(
                batches,
                3,
                byAge,
                0,
                2,
                (long) (45 * MS),
                500,
                0,
                callMs * MS,
                slotMs * MS,
                0,
                busy,
                0,
                new Evidence.Settings(100, Duration.ofMillis(50), 4));
    }

    @Test
    void shouldSayNothingOfPlacesWhereThereIsNoEndOfItems() {
        assertThat(Advice.of(waiting(500, 0, 100, 300, 1)))
                .as("batches that leave by their bytes, or as the gate is full")
                .isEmpty();
        assertThat(Advice.of(waiting(0, 0, 2, 278, 0.97)))
                .as("items of a file, each a request of its own, as fast as this machine can")
                .isEmpty();
    }

    @Test
    void shouldGivePlacesToBurstsOfRequestsOfAnItemEach() {
        assertThat(Advice.of(waiting(0, 0, 100, 200, 0.1)))
                .singleElement()
                .satisfies(advice -> assertThat(advice.value()).isEqualTo("12"));
    }

    @Test
    void shouldGivePlacesToBurstsThatFillSeveralBatchesEach() {
        assertThat(Advice.of(waiting(500, 0.1, 25, 25, 0.3)))
                .singleElement()
                .satisfies(advice -> assertThat(advice.value()).isEqualTo("8"));
    }

    @Test
    void shouldGivePlacesToRequestsThatWaitForThem() {
        List<Advice> advice = Advice.of(waiting(500, 1, 100, 100, 0.9));

        assertThat(advice).hasSize(1);
        assertThat(advice.get(0).setting()).isEqualTo("saddlebag.call.concurrency");
        assertThat(advice.get(0).value()).isEqualTo("8");
        assertThat(advice.get(0).words()).contains("100 ms", "4 places", "concurrency=8");
    }
}
