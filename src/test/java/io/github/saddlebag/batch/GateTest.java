package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.support.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GateTest {

    private final List<String> entered = new ArrayList<>();

    private Gate.Ticket ticket(String name, int permits) {
        return new Gate.Ticket(permits, 0, () -> entered.add(name));
    }

    @Test
    void shouldLetInAtOnceWhileThereIsRoom() throws Exception {
        Gate gate = new Gate(3);

        boolean first = gate.enter(ticket("a", 2));
        boolean second = gate.enter(ticket("b", 1));

        assertThat(first).isTrue();
        assertThat(second).isTrue();
        assertThat(gate.taken()).isEqualTo(3);
        assertThat(entered).as("called only if the turn comes later").isEmpty();
    }

    @Test
    void shouldKeepWaitingWhoComesToAFullGate() throws Exception {
        Gate gate = new Gate(2);
        gate.enter(ticket("a", 2));
        Gate.Ticket waiting = ticket("b", 1);

        assertThat(gate.enter(waiting)).isFalse();

        assertThat(gate.isInside(waiting)).isFalse();
        assertThat(gate.waiting()).isEqualTo(1);
        assertThat(gate.taken()).isEqualTo(2);
    }

    @Test
    void shouldLetInWhoWaitsInTheOrderOfTheirComing() throws Exception {
        Gate gate = new Gate(1);
        gate.enter(ticket("first", 1));
        for (String name : List.of("a", "b", "c")) {
            gate.enter(ticket(name, 1));
        }

        for (int i = 0; i < 3; i++) {
            gate.release(1);
        }

        assertThat(entered).containsExactly("a", "b", "c");
        assertThat(gate.waiting()).isZero();
        assertThat(gate.taken()).isEqualTo(1);
    }

    @Test
    void shouldNotLetASmallOneOvertakeALargeOneThatWaits() throws Exception {
        Gate gate = new Gate(4);
        gate.enter(ticket("inside", 2));
        gate.enter(ticket("large", 3));

        boolean small = gate.enter(ticket("small", 1));

        assertThat(small).as("there is room for it, but not its turn").isFalse();
        gate.release(2);
        assertThat(entered).containsExactly("large", "small");
    }

    private Gate.Ticket ticket(String name, int permits, Position.Urgency urgency) {
        return new Gate.Ticket(permits, urgency.ordinal(), () -> entered.add(name));
    }

    @Test
    void shouldLetCallersPassThoseWhoCanWait() throws Exception {
        Gate gate = new Gate(1);
        gate.enter(ticket("inside", 1));
        gate.enter(ticket("file1", 1, Position.Urgency.FILE));
        gate.enter(ticket("event", 1, Position.Urgency.EVENT));
        gate.enter(ticket("caller1", 1, Position.Urgency.CALLER));
        gate.enter(ticket("file2", 1, Position.Urgency.FILE));
        gate.enter(ticket("caller2", 1, Position.Urgency.CALLER));

        for (int i = 0; i < 5; i++) {
            gate.release(1);
        }

        assertThat(entered).containsExactly("caller1", "caller2", "event", "file1", "file2");
    }

    @Test
    void shouldKeepATenthForCallersOnceTheyCome() throws Exception {
        Gate gate = new Gate(100);
        assertThat(gate.enter(ticket("all", 100, Position.Urgency.FILE)))
                .as("nobody has come for whom it would be kept")
                .isTrue();
        gate.enter(ticket("caller", 1, Position.Urgency.CALLER));
        gate.release(30);
        gate.enter(ticket("file", 20, Position.Urgency.FILE));
        assertThat(entered).containsExactly("caller");

        assertThat(gate.enter(ticket("caller2", 5, Position.Urgency.CALLER))).isTrue();
        gate.release(6);

        assertThat(entered).containsExactly("caller", "file");
        assertThat(gate.taken()).isEqualTo(90);
    }

    @Test
    void shouldKeepFilesWaitingAsLongAsThereIsNoDemand() throws Exception {
        AtomicBoolean demand = new AtomicBoolean();
        Gate gate = new Gate(10);
        gate.demand(demand::get);

        assertThat(gate.enter(ticket("first", 2, Position.Urgency.FILE)))
                .as("nobody is inside, so nobody would ask again")
                .isTrue();
        assertThat(gate.enter(ticket("file", 2, Position.Urgency.FILE))).isFalse();
        assertThat(gate.enter(ticket("caller", 1))).isTrue();
        gate.release(1);
        assertThat(entered).isEmpty();
        demand.set(true);
        gate.release(1);

        assertThat(entered).containsExactly("file");
    }

    @Test
    void shouldHoldNoCallerUpBehindAFileThatThereIsNoDemandFor() throws Exception {
        Gate gate = new Gate(100);
        gate.demand(() -> false);
        gate.enter(ticket("inside", 1));
        gate.enter(ticket("file", 5, Position.Urgency.FILE));

        for (int i = 0; i < 30; i++) {
            assertThat(gate.enter(ticket("caller", 1))).isTrue();
        }

        gate.release(1);
        assertThat(entered).as("it was passed often").containsExactly("file");
    }

    @Test
    void shouldLetNobodyBePassedForEver() throws Exception {
        Gate gate = new Gate(10);
        gate.enter(ticket("inside", 10));
        gate.enter(ticket("file", 10, Position.Urgency.FILE));
        for (int i = 0; i < 30; i++) {
            gate.enter(ticket("caller", 1));
        }

        for (int i = 0; i < 19; i++) {
            gate.release(1);
        }

        assertThat(entered.indexOf("file")).isEqualTo(9);
    }

    @Test
    void shouldLetInSeveralAtOnceWhenThereIsRoomForSeveral() throws Exception {
        Gate gate = new Gate(3);
        gate.enter(ticket("inside", 3));
        gate.enter(ticket("a", 1));
        gate.enter(ticket("b", 2));
        gate.enter(ticket("c", 1));

        gate.release(3);

        assertThat(entered).containsExactly("a", "b");
        assertThat(gate.waiting()).isEqualTo(1);
    }

    @Test
    void shouldLetInAGroupLargerThanTheGateWhenItIsEmpty() throws Exception {
        Gate gate = new Gate(10);

        assertThat(gate.enter(ticket("huge", 25))).isTrue();

        assertThat(gate.taken()).isEqualTo(25);
        assertThat(gate.enter(ticket("behind", 1))).isFalse();
        gate.release(24);
        assertThat(entered).containsExactly("behind");
    }

    @Test
    void shouldMakeAGroupLargerThanTheGateWaitUntilItIsEmpty() throws Exception {
        Gate gate = new Gate(10);
        gate.enter(ticket("a", 1));
        gate.enter(ticket("b", 1));
        gate.enter(ticket("huge", 25));
        gate.enter(ticket("behind", 1));

        gate.release(1);
        assertThat(entered).as("one is still inside").isEmpty();
        gate.release(1);

        assertThat(entered).as("who comes behind it waits").containsExactly("huge");
    }

    @Test
    void shouldLetTheNextOneInWhenTheOneInFrontLeavesTheLine() throws Exception {
        Gate gate = new Gate(3);
        gate.enter(ticket("inside", 2));
        Gate.Ticket large = ticket("large", 3);
        gate.enter(large);
        gate.enter(ticket("small", 1));

        assertThat(gate.leave(large)).isTrue();

        assertThat(entered).containsExactly("small");
        assertThat(gate.leave(large)).as("it has left already").isFalse();
        assertThat(gate.isInside(large)).isFalse();
    }

    @Test
    void shouldNotLetOutOfTheLineWhoIsInside() throws Exception {
        Gate gate = new Gate(1);
        Gate.Ticket inside = ticket("a", 1);
        gate.enter(inside);

        assertThat(gate.leave(inside)).isFalse();

        assertThat(gate.isInside(inside)).isTrue();
        assertThat(gate.taken()).isEqualTo(1);
    }

    @Test
    void shouldLetWaitersInWhenItBecomesLarger() throws Exception {
        Gate gate = new Gate(1);
        gate.enter(ticket("inside", 1));
        gate.enter(ticket("a", 1));
        gate.enter(ticket("b", 1));

        gate.open(3);

        assertThat(entered).containsExactly("a", "b");
        assertThat(gate.capacity()).isEqualTo(3);
    }

    @Test
    void shouldLetNobodyInUntilThereIsRoomWhenItBecomesSmaller() throws Exception {
        Gate gate = new Gate(5);
        gate.enter(ticket("inside", 5));
        gate.enter(ticket("waiting", 1));

        gate.open(2);
        gate.release(3);

        assertThat(entered).as("2 of 2 places are taken").isEmpty();
        gate.release(1);
        assertThat(entered).containsExactly("waiting");
    }

    @Test
    void shouldRefuseWhoComesWhileItIsClosedAndKeepWhoWaits() throws Exception {
        Gate gate = new Gate(1);
        gate.enter(ticket("inside", 1));
        gate.enter(ticket("waiting", 1));

        gate.close();

        assertThatThrownBy(() -> gate.enter(ticket("late", 1))).isInstanceOf(StoppedException.class);
        gate.release(1);
        assertThat(entered).isEmpty();
        assertThat(gate.waiting()).isEqualTo(1);
        gate.open(1);
        assertThat(entered).containsExactly("waiting");
    }

    /** Random groups from many threads; some leave the line, the gate changes its size and is closed and opened. */
    @Test
    void shouldNeverBeOverfullNorLoseAPlaceUnderConcurrency() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 20; round++) {
            Stress stress = new Stress(seed + round);
            stress.run();
        }
    }

    private static final class Stress {

        private static final int THREADS = 4;
        private static final int GROUPS = 500;

        private final long seed;
        private final int capacity;
        private final Gate gate;
        private final AtomicInteger inside = new AtomicInteger();
        private final Queue<String> breaches = new ConcurrentLinkedQueue<>();
        private final AtomicInteger in = new AtomicInteger();
        private final AtomicInteger out = new AtomicInteger();

        Stress(long seed) {
            this.seed = seed;
            this.capacity = 1 + new Random(seed).nextInt(20);
            this.gate = new Gate(capacity);
        }

        void run() throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1);
            try {
                AtomicBoolean ended = new AtomicBoolean();
                Future<?> door = pool.submit(() -> openAndClose(ended));
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    Random random = new Random(seed * 31 + i);
                    all.add(pool.submit(() -> comeAndGo(random)));
                }
                for (Future<?> one : all) {
                    one.get(60, TimeUnit.SECONDS);
                }
                ended.set(true);
                door.get(60, TimeUnit.SECONDS);
            } finally {
                pool.shutdownNow();
            }
            assertThat(breaches).as("seed %d", seed).isEmpty();
            assertThat(gate.taken()).as("seed %d", seed).isZero();
            assertThat(gate.waiting()).as("seed %d", seed).isZero();
            assertThat(in.get() + out.get()).as("seed %d", seed).isEqualTo(THREADS * GROUPS);
        }

        private void openAndClose(AtomicBoolean ended) {
            Random random = new Random(seed);
            while (!ended.get()) {
                if (random.nextInt(10) == 0) {
                    gate.close();
                }
                gate.open(capacity);
                Thread.yield();
            }
            gate.open(capacity);
        }

        private Void comeAndGo(Random random) throws Exception {
            for (int i = 0; i < GROUPS; i++) {
                int permits = random.nextInt(15) == 0 ? capacity + 1 + random.nextInt(5) : 1 + random.nextInt(capacity);
                CountDownLatch turn = new CountDownLatch(1);
                Gate.Ticket ticket = new Gate.Ticket(permits, 0, () -> {
                    check(permits);
                    turn.countDown();
                });
                if (!enterWhenOpen(ticket, permits)) {
                    if (random.nextInt(4) == 0 && gate.leave(ticket)) {
                        out.incrementAndGet();
                        continue;
                    }
                    turn.await();
                }
                if (!gate.isInside(ticket)) {
                    breaches.add("entered without being inside");
                }
                in.incrementAndGet();
                Thread.yield();
                inside.addAndGet(-permits);
                gate.release(permits);
            }
            return null;
        }

        private boolean enterWhenOpen(Gate.Ticket ticket, int permits) {
            while (true) {
                try {
                    boolean atOnce = gate.enter(ticket);
                    if (atOnce) {
                        check(permits);
                    }
                    return atOnce;
                } catch (StoppedException e) {
                    Thread.onSpinWait();
                }
            }
        }

        /** Counted before room is given back and after it was got, so never more than the gate's own count. */
        private void check(int permits) {
            int before = inside.getAndAdd(permits);
            if (before > 0 && before + permits > capacity) {
                breaches.add(before + " and " + permits + " in a gate of " + capacity);
            }
            if (gate.taken() < permits) {
                breaches.add("only " + gate.taken() + " taken with " + permits + " inside");
            }
        }
    }
}
