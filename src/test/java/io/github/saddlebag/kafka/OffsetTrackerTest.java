package io.github.saddlebag.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order in which records are done, given back, committed and forgotten by a crash. */
@Timeout(120)
class OffsetTrackerTest {

    /** A partition with gaps, its consumer and what is committed, as plain as can be. */
    private static final class Model {
        private final Random random;
        private final NavigableSet<Long> records = new TreeSet<>();
        private final Set<Long> done = new HashSet<>();
        private final List<Long> underWay = new ArrayList<>();
        private final int most;
        private OffsetTracker tracker;
        private Set<Long> doneAtCommit = new HashSet<>();
        private long position;
        private long committed;
        private String metadata = "";

        Model(long seed) {
            random = new Random(seed);
            most = random.nextBoolean() ? DoneAhead.MOST : 48 + random.nextInt(60);
            long offset = random.nextInt(5);
            for (int i = 0; i < 400; i++) {
                records.add(offset);
                offset += random.nextInt(10) == 0 ? 1 + random.nextInt(30) : 1;
            }
            tracker = new OffsetTracker(0, "");
        }

        void poll() {
            long back = tracker.goBack();
            position = back >= 0 ? back : position;
            for (int i = random.nextInt(40); i > 0; i--) {
                Long record = records.ceiling(position);
                if (record == null) {
                    return;
                }
                position = record + 1;
                if (!tracker.hasRoomFor(record, DoneAhead.bytes(most))) {
                    position = record;
                    return;
                }
                boolean isNew = !done.contains(record) && !underWay.contains(record);
                boolean taken = tracker.take(record);
                if (isNew) {
                    // what was forgotten of it by a crash may be taken again, what is not done has to be
                    assertThat(taken).as("record %s", record).isTrue();
                }
                assertThat(taken && underWay.contains(record))
                        .as("twice under way")
                        .isFalse();
                if (taken) {
                    done.remove(record);
                    underWay.add(record);
                }
            }
        }

        void finishSome(boolean well) {
            for (int i = random.nextInt(20); i > 0 && !underWay.isEmpty(); i--) {
                // mostly those in front, and now and then one of the middle
                int which = random.nextInt(3) == 0 ? random.nextInt(underWay.size()) : 0;
                long record = underWay.remove(which);
                if (well) {
                    done.add(record);
                    assertThat(tracker.done(record)).isTrue();
                    assertThat(tracker.done(record)).isFalse();
                } else {
                    tracker.giveBack(record);
                }
            }
        }

        void check() {
            long offset = tracker.commitOffset();
            assertThat(done.containsAll(records.headSet(offset)))
                    .as("committed up to %s", offset)
                    .isTrue();
            assertThat(tracker.underWay()).isEqualTo(underWay.size());
        }

        void commit() {
            committed = tracker.commitOffset();
            metadata = tracker.metadata(most);
            assertThat(metadata.length()).isLessThanOrEqualTo(most);
            doneAtCommit = new HashSet<>(done);
            // what the metadata say is done, all of it: no more is taken than they can tell
            OffsetTracker same = new OffsetTracker(committed, metadata);
            for (long record : records) {
                if (record >= committed) {
                    boolean isDone = done.contains(record);
                    if (same.knows(record) != isDone) {
                        throw new AssertionError("record " + record + ", done: " + isDone + ", said: " + metadata);
                    }
                }
            }
            assertThat(same.metadata(most)).isEqualTo(metadata);
        }

        /** It was taken away, and comes back to the same process, which knows what is under way and done. */
        void comeBack() {
            OffsetTracker earlier = tracker;
            tracker = new OffsetTracker(committed, metadata);
            tracker.goOnFrom(earlier, underWay::contains);
            position = committed;
            for (long record : records.tailSet(committed)) {
                if (done.contains(record) && !tracker.knows(record)) {
                    throw new AssertionError("forgotten: " + record);
                }
            }
        }

        /** A crash, or another member of the group goes on. */
        void goOn() {
            underWay.clear();
            tracker = new OffsetTracker(committed, metadata);
            position = committed;
            done.retainAll(doneAtCommit);
        }
    }

    @Test
    void shouldNeverCommitWhatIsNotDoneNorForgetIt() {
        for (long seed = 0; seed < 300; seed++) {
            Model model = new Model(seed);
            for (int step = 0; step < 150; step++) {
                switch (model.random.nextInt(12)) {
                    case 0, 1, 2, 3 -> model.poll();
                    case 4, 5, 6, 7 -> model.finishSome(true);
                    case 8 -> model.finishSome(false);
                    case 9, 10 -> model.commit();
                    default -> {
                        int what = model.random.nextInt(10);
                        if (what < 2) {
                            model.goOn();
                        } else if (what < 4) {
                            model.comeBack();
                        }
                    }
                }
                model.check();
            }
            for (int step = 0; step < 2000 && model.done.size() < model.records.size(); step++) {
                model.poll();
                model.finishSome(true);
                model.check();
            }
            assertThat(model.done).containsAll(model.records);
            assertThat(model.tracker.commitOffset()).isEqualTo(model.records.last() + 1);
        }
    }

    @Test
    void shouldTellFiftyThousandThatAreDoneBehindOneThatIsNot() {
        OffsetTracker tracker = new OffsetTracker(7, "");
        for (long offset = 7; offset < 50_007; offset++) {
            tracker.take(offset);
        }
        for (long offset = 8; offset < 50_000; offset++) {
            tracker.done(offset);
        }

        String metadata = tracker.metadata(DoneAhead.MOST);

        assertThat(metadata.length()).isLessThan(40);
        OffsetTracker next = new OffsetTracker(tracker.commitOffset(), metadata);
        assertThat(next.take(7)).isTrue();
        assertThat(next.take(8)).isFalse();
        assertThat(next.take(49_999)).isFalse();
        assertThat(next.take(50_000)).isTrue();
    }

    @Test
    void shouldLeaveOutOfTheMetadataWhatDoesNotFit() {
        OffsetTracker tracker = new OffsetTracker(0, "");
        for (long offset = 0; offset < 60_000; offset++) {
            tracker.take(offset);
        }
        for (long offset = 1; offset < 60_000; offset += 2) {
            tracker.done(offset);
        }

        String metadata = tracker.metadata(DoneAhead.MOST);

        assertThat(metadata.length()).isBetween(DoneAhead.MOST - 10, DoneAhead.MOST);
        OffsetTracker next = new OffsetTracker(0, metadata);
        for (long offset = 0; offset < 2000; offset++) {
            assertThat(next.take(offset)).isEqualTo(offset % 2 == 0);
        }
        assertThat(tracker.metadata(5)).isEmpty();
    }

    @Test
    void shouldBeDoneWithRecordsThatAreNotThereAnyMore() {
        OffsetTracker tracker = new OffsetTracker(0, "");
        tracker.take(0);
        tracker.take(1);
        tracker.giveBack(0);
        assertThat(tracker.goBack()).isZero();
        assertThat(tracker.goBack()).isEqualTo(-1);

        // compacted meanwhile
        assertThat(tracker.take(1)).isFalse();
        assertThat(tracker.take(5)).isTrue();
        tracker.done(1);
        tracker.done(5);
        // marks of transactions
        tracker.passTo(8);

        assertThat(tracker.commitOffset()).isEqualTo(8);
        assertThat(tracker.ahead()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "saddlebag1:",
                "saddlebag1:AA",
                "saddlebag1://///////////w",
                "saddlebag1:Aw",
                "saddlebag1:***",
                "saddlebag1:BP8",
                "saddlebag1:Cf8",
                "saddlebag1:/v///w8F",
                "saddlebag2:BAI"
            })
    void shouldTakeTheOffsetAloneWhereMetadataCannotBeRead(String metadata) {
        OffsetTracker tracker = new OffsetTracker(100, metadata);

        assertThat(tracker.commitOffset()).isEqualTo(100);
        assertThat(tracker.ahead()).isZero();
        assertThat(tracker.take(100)).isTrue();
    }

    @Test
    void shouldReadWhatAnyVersionOfItHasWritten() {
        // two blocks with a bit for each offset, three that are done, one that is open, one with bits
        byte[] blocks = {2 << 2, (byte) 0b11010000, 0b1111, 3 << 2 | 1, 1 << 2 | 2, 1 << 2, 0b10};
        String text = "saddlebag1:" + Base64.getEncoder().withoutPadding().encodeToString(blocks);
        assertThat(DoneAhead.read(13, text))
                .containsExactly(new DoneAhead.Run(14, 19), new DoneAhead.Run(24, 47), new DoneAhead.Run(57, 57));
    }

    @Test
    void shouldTakeNoMoreThanCanBeToldWhicheverIsDoneFirst() {
        for (int seed = 0; seed < 6; seed++) {
            Random random = new Random(seed);
            OffsetTracker tracker = new OffsetTracker(3, "");
            int bytes = DoneAhead.bytes(DoneAhead.MOST);
            List<Long> underWay = new ArrayList<>();
            long offset = 3;
            // slow ones stay open at random, and once there is no room for more all others are done, in any order
            while (tracker.hasRoomFor(offset, bytes)) {
                tracker.take(offset);
                underWay.add(offset);
                offset += seed % 2 == 0 || random.nextInt(20) > 0 ? 1 : 1 + random.nextInt(100);
                if (underWay.size() > 2000) {
                    for (int i = 0; i < 1000; i++) {
                        tracker.done(underWay.remove(1 + random.nextInt(underWay.size() - 1)));
                    }
                }
                if (offset > 1_000_000) {
                    break;
                }
            }
            assertThat(tracker.ahead()).isGreaterThan(20_000);
            while (!underWay.isEmpty()) {
                String metadata = tracker.metadata(DoneAhead.MOST);
                assertThat(metadata.length()).isLessThanOrEqualTo(DoneAhead.MOST);
                OffsetTracker same = new OffsetTracker(tracker.commitOffset(), metadata);
                Set<Long> open = new HashSet<>(underWay);
                for (long one = tracker.commitOffset(); one < offset; one++) {
                    if (!open.contains(one)) {
                        assertThat(same.knows(one) || one >= offset - 100).isTrue();
                    } else {
                        assertThat(same.knows(one)).isFalse();
                    }
                }
                for (int i = Math.max(1, underWay.size() / 4); i > 0; i--) {
                    tracker.done(underWay.remove(underWay.size() == 1 ? 0 : 1 + random.nextInt(underWay.size() - 1)));
                }
            }
            assertThat(tracker.ahead()).isZero();
        }
    }
}
