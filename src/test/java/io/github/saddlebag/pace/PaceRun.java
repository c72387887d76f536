package io.github.saddlebag.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** What came of calls at a pace, against a server that limits them, on a clock of its own. */
record PaceRun(double seconds, int accepted, int refused, List<Long> sent, List<Long> refusals) {

    static final int CONCURRENCY = 16;
    static final long SECOND = 1_000_000_000L;
    static final long LATENCY = SECOND / 200;

    /** What a server says to a call. */
    record Said(boolean accepted, Duration retryAfter, Optional<RateLimit> limit) {

        static Said nothing(boolean accepted) {
            return new Said(accepted, Duration.ZERO, Optional.empty());
        }
    }

    /** Limits calls. */
    interface Server {
        Said call(long nanos);
    }

    /** So many calls in each window of fixed length. */
    static final class Window implements Server {
        private final int limit;
        private final long length;
        private final boolean retryAfter;
        private final boolean fields;
        private long start = Long.MIN_VALUE;
        private int calls;

        Window(int limit, long length, boolean retryAfter, boolean fields) {
            this.limit = limit;
            this.length = length;
            this.retryAfter = retryAfter;
            this.fields = fields;
        }

        /** One whose windows are those of the clock, which says nothing; the first call comes so late in one. */
        static Window ofClock(int limit, long length, long offset) {
            Window window = new Window(limit, length, false, false);
            window.start = SECOND - offset;
            return window;
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
    static final class Leaky implements Server {
        private final double perNano;
        private final int burst;
        private double level;
        private long last;

        Leaky(double perSecond, int burst) {
            this.perNano = perSecond / SECOND;
            this.burst = burst;
        }

        @Override
        public Said call(long nanos) {
            level = Math.max(0, level - (nanos - last) * perNano);
            last = nanos;
            boolean accepted = level <= burst;
            level += accepted ? 1 : 0;
            return Said.nothing(accepted);
        }
    }

    /** Who calls more often within a second has to wait long. */
    static final class Penalty implements Server {
        private final int limit;
        private final long penalty;
        private final Deque<Long> recent = new ArrayDeque<>();
        private long until;

        Penalty(int limit, long penalty) {
            this.limit = limit;
            this.penalty = penalty;
        }

        @Override
        public Said call(long nanos) {
            recent.addLast(nanos);
            while (nanos - recent.getFirst() >= SECOND) {
                recent.removeFirst();
            }
            if (recent.size() > limit) {
                until = nanos + penalty;
            }
            return Said.nothing(nanos >= until);
        }
    }

    private record Flight(long answered, long sent, Said said) {}

    double acceptedPerSecond() {
        return accepted / seconds;
    }

    double refusedShare() {
        return (double) refused / sent.size();
    }

    /** The share of the calls from that second on that were refused. */
    double refusedShareFrom(double second) {
        long from = SECOND + (long) (second * SECOND);
        long later = sent.stream().filter(time -> time >= from).count();
        return later == 0
                ? 0
                : (double) refusals.stream().filter(time -> time >= from).count() / later;
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

    static PaceRun of(Server server, int calls, long seed) {
        return of(server, calls, seed, CONCURRENCY);
    }

    static PaceRun of(Server server, int calls, long seed, int concurrency) {
        long[] now = {SECOND};
        Pace pace = new Pace(() -> now[0], new Random(seed), Duration.ofMinutes(5));
        PriorityQueue<Flight> inFlight = new PriorityQueue<>(Comparator.comparingLong(Flight::answered));
        List<Long> sent = new ArrayList<>();
        List<Long> refusals = new ArrayList<>();
        int left = calls;
        while (left > 0 || !inFlight.isEmpty()) {
            boolean free = left > 0 && inFlight.size() < concurrency;
            long next = free ? now[0] + Math.max(0, pace.nanosToWait()) : Long.MAX_VALUE;
            if (!inFlight.isEmpty() && inFlight.peek().answered <= next) {
                Flight flight = inFlight.poll();
                now[0] = Math.max(now[0], flight.answered);
                flight.said.limit.ifPresent(limit -> pace.told(limit, inFlight.size()));
                if (flight.said.accepted) {
                    pace.accepted(flight.sent);
                } else {
                    refusals.add(flight.sent);
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
        return new PaceRun((now[0] - SECOND) / (double) SECOND, calls, refusals.size(), sent, refusals);
    }
}
