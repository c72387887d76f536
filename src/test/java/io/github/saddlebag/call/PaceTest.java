package io.github.saddlebag.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pace against servers that limit in different ways, on a clock of the test's own. */
class PaceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int CONCURRENCY = 16;
    private static final long LATENCY = SECOND / 200;

    /** What a server says to a call. */
    private record Said(boolean accepted, Duration retryAfter, Optional<RateLimit> limit) {}

    private interface Server {
        Said call(long nanos);
    }

    /** So many calls in each window of fixed length. */
    private static final class Window implements Server {
        private final int limit;
        private final long length;
        private final boolean retryAfter;
        private final boolean fields;
        private long start = Long.MIN_VALUE;
        private int calls;

        private Window(int limit, long length, boolean retryAfter, boolean fields) {
            this.limit = limit;
            this.length = length;
            this.retryAfter = retryAfter;
            this.fields = fields;
        }

        @Override
        public Said call(long nanos) {
            if (start == Long.MIN_VALUE || nanos >= start + length) {
                start = start == Long.MIN_VALUE ? nanos : start + (nanos - start) / length * length;
                calls = 0;
            }
            boolean accepted = calls < limit;
            calls += accepted ? 1 : 0;
            long seconds = (start + length - nanos + SECOND - 1) / SECOND;
            Duration wait = retryAfter && !accepted ? Duration.ofSeconds(seconds) : Duration.ZERO;
            return new Said(
                    accepted,
                    wait,
                    fields
                            ? Optional.of(new RateLimit(limit, limit - calls, Duration.ofSeconds(seconds)))
                            : Optional.empty());
        }
    }

    /** So many calls per second, evenly, with a small burst; says nothing (nginx's limit_req). */
    private static final class Leaky implements Server {
        private final double perNano;
        private final int burst;
        private double level;
        private long last;

        private Leaky(double perSecond, int burst) {
            this.perNano = perSecond / SECOND;
            this.burst = burst;
        }

        @Override
        public Said call(long nanos) {
            level = Math.max(0, level - (nanos - last) * perNano);
            last = nanos;
            boolean accepted = level <= burst;
            level += accepted ? 1 : 0;
            return new Said(accepted, Duration.ZERO, Optional.empty());
        }
    }

    private record Flight(long answered, long sent, Said said) {}

    /** What came of a run. */
    private record Run(double seconds, int accepted, int refused, List<Long> sent) {

        double acceptedPerSecond() {
            return accepted / seconds;
        }

        double refusedShare() {
            return (double) refused / sent.size();
        }

        int mostWithin(long window) {
            int most = 0;
            Deque<Long> recent = new ArrayDeque<>();
            for (long time : sent) {
                recent.addLast(time);
                while (time - recent.getFirst() >= window) {
                    recent.removeFirst();
                }
                most = Math.max(most, recent.size());
            }
            return most;
        }
    }

    private static Run run(Server server, int calls, long seed) {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(seed), Duration.ofMinutes(5));
        PriorityQueue<Flight> inFlight = new PriorityQueue<>(Comparator.comparingLong(Flight::answered));
        List<Long> sent = new ArrayList<>();
        int left = calls;
        int refused = 0;
        while (left > 0 || !inFlight.isEmpty()) {
            boolean free = left > 0 && inFlight.size() < CONCURRENCY;
            long next = free ? now[0] + Math.max(0, pace.nanosToWait()) : Long.MAX_VALUE;
            if (!inFlight.isEmpty() && inFlight.peek().answered <= next) {
                Flight flight = inFlight.poll();
                now[0] = Math.max(now[0], flight.answered);
                flight.said.limit.ifPresent(limit -> pace.told(limit, inFlight.size()));
                if (flight.said.accepted) {
                    pace.accepted();
                } else {
                    refused++;
                    left++;
                    pace.refused(flight.said.retryAfter, flight.sent);
                }
                continue;
            }
            now[0] = next;
            pace.take();
            left--;
            sent.add(next);
            inFlight.add(new Flight(next + LATENCY, next, server.call(next)));
        }
        return new Run((now[0] - SECOND) / (double) SECOND, calls, refused, sent);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLearnTheRateOfAWindowFromItsRefusals(long seed) {
        Run run = run(new Window(50, SECOND, true, false), 3000, seed);

        assertThat(run.refusedShare()).isLessThan(0.05);
        assertThat(run.acceptedPerSecond()).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldLearnTheRateOfAServerThatSaysNothing(long seed) {
        Run silent = run(new Window(50, SECOND, false, false), 3000, seed);
        Run leaky = run(new Leaky(50, 0), 3000, seed);

        assertThat(silent.refusedShare()).isLessThan(0.05);
        assertThat(silent.acceptedPerSecond()).isGreaterThan(38);
        assertThat(leaky.refusedShare()).isLessThan(0.05);
        assertThat(leaky.acceptedPerSecond()).isGreaterThan(38);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldNotExceedWhatTheServerSaysIsLeft(long seed) {
        Run run = run(new Window(100, 10 * SECOND, true, true), 1000, seed);

        assertThat(run.refusedShare()).isLessThan(0.02);
        assertThat(run.acceptedPerSecond()).isGreaterThan(8);
    }

    @Test
    void shouldHoldNobodyUpWhereNothingIsRefused() {
        Run run = run(nanos -> new Said(true, Duration.ZERO, Optional.empty()), 10_000, 1);

        assertThat(run.seconds()).isLessThan(10_000.0 / CONCURRENCY * LATENCY / SECOND + 0.1);
    }

    /** A limit that was there for a while and is gone: the pace grows out of it. */
    @Test
    void shouldForgetALimitThatIsGone() {
        Window window = new Window(50, SECOND, true, false);
        Run run = run(
                nanos -> nanos < 10 * SECOND ? window.call(nanos) : new Said(true, Duration.ZERO, Optional.empty()),
                100_000,
                1);

        assertThat(run.seconds()).isLessThan(110);
        assertThat(run.mostWithin(SECOND)).isGreaterThan(1000);
    }

    @Test
    void shouldPauseEveryoneForAsLongAsIsAskedForAndNotLetThemBackAsAHerd() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofMinutes(5));
        for (int i = 0; i < 20; i++) {
            pace.take();
            pace.accepted();
        }
        long sent = now[0];
        now[0] += SECOND / 10;

        Duration pause = pace.refused(Duration.ofSeconds(3), sent);

        assertThat(pause).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3300));
        assertThat(pace.nanosToWait()).isEqualTo(pause.toNanos());
        now[0] += pause.toNanos();
        assertThat(pace.nanosToWait()).isNotPositive();
        pace.take();
        assertThat(pace.nanosToWait()).as("the next one").isGreaterThan(SECOND / 100);
    }

    @Test
    void shouldSpeakOfAPauseOnceAndClampWhatIsAskedFor() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofSeconds(10));
        pace.take();

        Duration first = pace.refused(Duration.ofHours(5), now[0]);
        Duration second = pace.refused(Duration.ofHours(5), now[0]);

        assertThat(first).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
        assertThat(second).isZero();
    }

    /** After an outage: quiet first, then a few, then twice as many each second. */
    @Test
    void shouldComeBackGently() {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(1), Duration.ofMinutes(5));
        pace.comeBackGently(Duration.ofSeconds(1), 2);
        List<Long> starts = new ArrayList<>();
        while (now[0] < 8 * SECOND) {
            now[0] += Math.max(0, pace.nanosToWait());
            pace.take();
            starts.add(now[0]);
            now[0] += 1000;
        }

        assertThat(starts.get(0)).isEqualTo(2 * SECOND);
        assertThat(starts.stream().filter(t -> t < 3 * SECOND).count()).isBetween(2L, 4L);
        assertThat(starts.stream()
                        .filter(t -> t >= 6 * SECOND && t < 7 * SECOND)
                        .count())
                .isBetween(32L, 64L);
    }

    @Test
    void shouldLetGoOfThoseWhoWaitWhenItIsStopped() throws Exception {
        Pace pace = new Pace(System::nanoTime, new Random(1), Duration.ofMinutes(5));
        pace.pause(Duration.ofMinutes(5));
        boolean[] turn = {true};
        Thread waiter = new Thread(() -> {
            try {
                turn[0] = pace.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiter.start();

        pace.stop();
        waiter.join(10_000);

        assertThat(waiter.isAlive()).isFalse();
        assertThat(turn[0]).isFalse();
        assertThat(pace.await()).as("who comes later").isFalse();
        pace.start();
        assertThat(pace.pause()).isPositive();
    }
}
