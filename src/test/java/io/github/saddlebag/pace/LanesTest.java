package io.github.saddlebag.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.stats.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who begins when, on a clock of the test's own. */
class LanesTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> begun = new ArrayList<>();
    private final List<String> back = new ArrayList<>();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now = SECOND;
    private int places = 1;
    private long came;

    private record Task(long at, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return Long.compare(at, other.at);
        }
    }

    private Lanes lanes(Tokens tokens, Pace pace) {
        return new Lanes(
                () -> now,
                () -> places,
                () -> Integer.MAX_VALUE,
                tokens,
                () -> pace,
                (task, nanos) -> tasks.add(new Task(now + nanos, task)));
    }

    private Lanes lanes() {
        return lanes(new Tokens(0), pace());
    }

    private Pace pace() {
        return new Pace(() -> now, new SplittableRandom(1), Duration.ofMinutes(5));
    }

    private static Lane lane() {
        return new Lane(new Tokens(0), false, null);
    }

    private void pass(long nanos) {
        long until = now + nanos;
        while (!tasks.isEmpty() && tasks.peek().at <= until) {
            Task next = tasks.remove();
            now = Math.max(now, next.at);
            next.run.run();
        }
        now = until;
    }

    private final class Named extends Turn {
        private final String name;
        private boolean refused;
        private boolean impatient;
        private boolean job;

        private Named(Lane lane, int urgency, String name) {
            super(lane, urgency, came++);
            this.name = name;
        }

        @Override
        protected void begin(Wait keptBy, long nanos) {
            begun.add(name);
        }

        @Override
        protected void turnedBack(Duration pause) {
            back.add(name);
        }

        @Override
        protected boolean wasRefused() {
            return refused;
        }

        @Override
        protected boolean isJob() {
            return job;
        }

        @Override
        protected boolean comesAgain() {
            return false;
        }

        @Override
        protected boolean isTooLong(Duration pause) {
            return impatient;
        }
    }

    private Named enterJob(Lanes lanes, Lane lane, int urgency, String name) {
        Named turn = new Named(lane, urgency, name);
        turn.job = true;
        lanes.enter(turn);
        return turn;
    }

    @Test
    void shouldLetOthersGoPastAJobThatHasNoRoom() {
        places = 10;
        Lanes lanes = lanes();
        lanes.endFirst();
        lanes.mostJobs(1);
        Lane lane = lane();
        Named first = enterJob(lanes, lane, 2, "job1");
        Named second = enterJob(lanes, lane, 2, "job2");
        Named urgent = enterJob(lanes, lane, 0, "job3");
        enter(lanes, lane, 2, "question");
        assertThat(begun).containsExactly("job1", "question");
        assertThat(lanes.jobsWaiting()).isEqualTo(2);

        lanes.leave(first);
        assertThat(begun).hasSize(2);
        lanes.leaveRoom(first);
        lanes.leaveRoom(first);
        assertThat(begun).containsExactly("job1", "question", "job3");

        lanes.withdraw(second);
        lanes.leaveRoom(urgent);
        assertThat(lanes.jobs()).isZero();
        enterJob(lanes, lane, 1, "job4");
        assertThat(begun).endsWith("job4").hasSize(4);
    }

    private Named enter(Lanes lanes, Lane lane, int urgency, String name) {
        Named turn = new Named(lane, urgency, name);
        lanes.enter(turn);
        return turn;
    }

    @Test
    void shouldLetTheMostUrgentGoFirstAndThoseOfTheSameAsTheyCame() {
        Lanes lanes = lanes();
        Lane lane = lane();
        Named turn = enter(lanes, lane, 2, "first");
        List<Named> all = List.of(
                enter(lanes, lane, 2, "file1"),
                enter(lanes, lane, 1, "event1"),
                enter(lanes, lane, 0, "caller1"),
                enter(lanes, lane, 2, "file2"),
                enter(lanes, lane, 0, "caller2"));

        lanes.leave(turn);
        for (String next : List.of("caller1", "caller2", "event1", "file1")) {
            lanes.leave(all.stream()
                    .filter(each -> each.name.equals(next))
                    .findFirst()
                    .orElseThrow());
        }

        assertThat(begun).containsExactly("first", "caller1", "caller2", "event1", "file1", "file2");
    }

    @Test
    void shouldTellWhoWaitsForNothingButAPlace() {
        Lanes lanes = lanes();
        Lane lane = lane();
        Lane slow = new Lane(new Tokens(SECOND), false, null);
        places = 2;
        Named first = enter(lanes, lane, 2, "first");
        lanes.endFirst();
        Named second = enter(lanes, slow, 2, "second");
        enter(lanes, lane, 2, "third");
        enter(lanes, slow, 0, "fourth");
        Named fifth = enter(lanes, lane, 1, "fifth");
        assertThat(lanes.ready()).isEqualTo(3);

        lanes.leave(second);
        assertThat(begun).containsExactly("first", "second", "fifth");
        assertThat(lanes.ready())
                .as("the fourth waits for the rate of its lane")
                .isEqualTo(1);
        lanes.leave(first);
        lanes.leave(fifth);
        assertThat(begun).endsWith("third");
        assertThat(lanes.ready()).isZero();
        pass(SECOND);

        assertThat(begun).endsWith("fourth");
        assertThat(lanes.ready()).isZero();
    }

    @Test
    void shouldCountWhoIsReadyWhateverHappens() {
        SplittableRandom random = new SplittableRandom(7);
        Lanes lanes = lanes();
        List<Lane> some = List.of(lane(), lane(), new Lane(new Tokens(SECOND), false, null));
        List<Named> all = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            places = 1 + random.nextInt(3);
            switch (random.nextInt(5)) {
                case 0, 1 -> all.add(enter(lanes, some.get(random.nextInt(3)), random.nextInt(3), "turn"));
                case 2 -> all.forEach(lanes::leave);
                case 3 -> pass(random.nextLong(SECOND));
                default -> lanes.withdraw(all.get(random.nextInt(Math.max(1, all.size()))));
            }
            assertThat(lanes.ready()).isBetween(0, all.size());
        }
        for (int i = 0; i < all.size(); i++) {
            pass(2 * SECOND);
            all.forEach(lanes::leave);
        }

        assertThat(lanes.ready()).isZero();
    }

    @Test
    void shouldLetNobodyStarve() {
        Lanes lanes = lanes();
        Lane lane = lane();
        Named turn = enter(lanes, lane, 0, "first");
        enter(lanes, lane, 2, "file");
        enter(lanes, lane, 2, "file");
        List<Named> callers = new ArrayList<>(List.of(turn));
        for (int i = 0; i < 40; i++) {
            callers.add(enter(lanes, lane, 0, "caller"));
        }

        for (int i = 0; i < 25; i++) {
            // whoever has the place leaves
            for (Named each : callers) {
                lanes.leave(each);
            }
            places++;
            lanes.look();
        }

        assertThat(begun.indexOf("file")).isEqualTo(10);
        assertThat(begun.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting())))
                .containsEntry("file", 2L);
    }

    @Test
    void shouldLetOneGoSoonerThatHasBecomeUrgent() {
        Lanes lanes = lanes();
        Lane lane = lane();
        Named turn = enter(lanes, lane, 0, "first");
        enter(lanes, lane, 2, "file1");
        Named joined = enter(lanes, lane, 2, "file2");

        lanes.urgency(joined, 0);
        lanes.leave(turn);

        assertThat(begun).containsExactly("first", "file2");
    }

    @Test
    void shouldKeepNobodyFromGoingOnByALaneThatMayNot() {
        places = 10;
        Lanes lanes = lanes();
        Lane busy = new Lane(new Tokens(SECOND), true, null);
        Named turn = enter(lanes, busy, 0, "busy1");
        lanes.endFirst();
        enter(lanes, busy, 0, "busy2");
        enter(lanes, lane(), 2, "other");

        assertThat(begun).containsExactly("busy1", "other");

        pass(SECOND);
        assertThat(begun).as("the time counts from when the first one is sent").hasSize(2);

        lanes.sent(turn);
        pass(SECOND - 1);
        assertThat(begun).hasSize(2);
        pass(1);
        assertThat(begun).containsExactly("busy1", "other", "busy2");
    }

    @Test
    void shouldSpendARateEvenlyWhoeverComes() {
        places = 100;
        Lanes lanes = lanes(new Tokens(SECOND / 10), pace());
        Lane lane = lane();
        for (int i = 0; i < 12; i++) {
            enter(lanes, lane, i % 3, "n" + i);
        }
        lanes.endFirst();

        pass(SECOND / 2);

        assertThat(begun).hasSize(6);
    }

    @Test
    void shouldGiveBackTheTokenOfWhoDoesNotUseIt() {
        places = 100;
        Lanes lanes = lanes(new Tokens(SECOND), pace());
        Lane lane = lane();
        Named turn = enter(lanes, lane, 0, "waits for memory");
        lanes.endFirst();
        enter(lanes, lane, 0, "next");

        assertThat(lanes.handBack(turn)).isTrue();
        assertThat(lanes.handBack(turn)).isFalse();

        assertThat(begun).containsExactly("waits for memory", "next");
        assertThat(lanes.inFlight()).isEqualTo(1);
    }

    @Test
    void shouldLetThoseLeaveInAPauseWhomItIsTooLong() {
        places = 100;
        Pace pace = pace();
        Lanes lanes = lanes(new Tokens(0), pace);
        Lane lane = lane();
        enter(lanes, lane, 0, "before");
        lanes.endFirst();
        pace.pause(Duration.ofSeconds(10));
        Named impatient = new Named(lane, 0, "impatient");
        impatient.impatient = true;
        lanes.enter(impatient);
        enter(lanes, lane, 0, "patient");

        pass(9 * SECOND);
        assertThat(back).containsExactly("impatient");
        assertThat(begun).containsExactly("before");

        pass(SECOND);
        assertThat(begun).containsExactly("before", "patient");
    }

    @Test
    void shouldTurnThoseBackWhoseTurnComesTooLate() {
        places = 100;
        Lanes lanes = lanes(new Tokens(SECOND), pace());
        Lane lane = lane();
        for (int i = 0; i < 10; i++) {
            enter(lanes, lane, i == 9 ? 0 : 2, "n" + i);
        }

        lanes.turnBackLater(now + 3 * SECOND + SECOND / 2);
        lanes.endFirst();
        pass(20 * SECOND);

        assertThat(begun).containsExactly("n0", "n9", "n1", "n2");
        assertThat(back).containsExactly("n3", "n4", "n5", "n6", "n7", "n8");
    }

    @Test
    void shouldLetTheFirstGoAloneButNotForLong() {
        places = 8;
        Lanes lanes = lanes();
        Lane lane = lane();
        enter(lanes, lane, 0, "slow");
        enter(lanes, lane, 0, "second");
        enter(lanes, lane, 0, "third");

        assertThat(begun).containsExactly("slow");
        pass(SECOND);
        assertThat(begun).containsExactly("slow", "second", "third");
    }

    /** Its own pace keeps the others of its lane, and nobody else; that of all keeps all. */
    @Test
    void shouldKeepThoseOfALaneThatIsPaused() {
        places = 8;
        Pace all = pace();
        Pace own = pace();
        Lanes lanes = lanes(new Tokens(0), all);
        lanes.endFirst();
        Lane paused = new Lane(new Tokens(0), false, own);
        Lane other = new Lane(new Tokens(0), false, pace());
        own.refused(Duration.ofSeconds(10), now);

        enter(lanes, paused, 0, "paused");
        enter(lanes, other, 0, "other");
        assertThat(begun).containsExactly("other");

        all.refused(Duration.ofSeconds(20), now);
        enter(lanes, other, 0, "later");
        pass(15 * SECOND);
        assertThat(begun).containsExactly("other");
        pass(15 * SECOND);
        assertThat(begun).containsExactlyInAnyOrder("other", "paused", "later");
    }

    @Test
    void shouldLetThoseGoFirstThatWereRefused() {
        Lanes lanes = lanes();
        Lane lane = lane();
        Named turn = enter(lanes, lane, 0, "first");
        enter(lanes, lane, 0, "new");
        Named refused = new Named(lane, 0, "refused");
        refused.refused = true;
        lanes.enter(refused);

        lanes.leave(turn);

        assertThat(begun).containsExactly("first", "refused");
    }
}
