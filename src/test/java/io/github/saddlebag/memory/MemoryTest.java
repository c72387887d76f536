package io.github.saddlebag.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MemoryTest {

    private final Memory memory = new Memory(9000);

    private static void await(CompletableFuture<?> turn) throws Exception {
        turn.get(60, TimeUnit.SECONDS);
    }

    @Test
    void shouldTakeMostOfTheHeapThatTheRuntimeLeavesAndAtMostHalfOfIt() {
        assertThat(Memory.ofHeap(256L << 20)).isBetween(114L << 20, 116L << 20);
        assertThat(Memory.ofHeap(4L << 30)).isEqualTo(2L << 30);
        assertThat(Memory.ofHeap(32L << 20)).isEqualTo(8L << 20);
    }

    @Test
    void shouldLetRequestsWaitInLineUntilThereIsRoom() throws Exception {
        Room first = memory.room(null);
        Room second = memory.room(null);
        Room third = memory.room(null);
        CompletableFuture<Void> ofSecond = new CompletableFuture<>();
        CompletableFuture<Void> ofThird = new CompletableFuture<>();

        assertThat(first.start(4000, () -> {})).isTrue();
        assertThat(second.start(4000, () -> ofSecond.complete(null))).isFalse();
        assertThat(third.start(10, () -> ofThird.complete(null)))
                .as("there would be room, but somebody was there before")
                .isFalse();
        assertThat(memory.waiting()).isEqualTo(2);

        first.release();
        await(ofSecond);
        await(ofThird);
        assertThat(memory.used()).isEqualTo(4010);
        second.release();
        third.release();
        assertThat(memory.used()).isZero();
        assertThat(memory.waiting()).isZero();
    }

    @Test
    void shouldLendWhatOneDoesNotNeedYetWhereItIsScarce() {
        Room sent = memory.room(null);
        Room first = memory.room(null);
        Room second = memory.room(null);
        assertThat(sent.tryStart(1000)).isTrue();
        assertThat(first.tryStart(2000)).isTrue();
        first.lend();
        assertThat(memory.used()).as("there is enough").isEqualTo(3000);
        assertThat(second.tryStart(2000)).isTrue();
        second.lend();
        assertThat(memory.used()).isEqualTo(3000);

        assertThat(second.tryTake(2000)).isTrue();
        first.lend();
        assertThat(memory.room(null).start(9000, () -> {})).isFalse();
        assertThat(first.tryTake(2000)).as("though somebody waits").isTrue();
        assertThat(memory.used()).isEqualTo(5000);
        assertThat(first.tryTake(4000)).as("more than all may take").isFalse();
    }

    @Test
    void shouldGiveToOneThatIsAloneWhatIsNotForAll() {
        Room alone = memory.room(null);

        assertThat(alone.start(7500, () -> {})).isFalse();
        memory.wake();

        assertThat(alone.held()).isEqualTo(7500);
    }

    @Test
    void shouldSayAtOnceThatThereWillBeNoRoomForSoMuch() {
        Room room = memory.room(null);

        assertThat(room.grow(memory.most() + 1, () -> {})).isTrue();

        assertThat(room.turn()).isEqualTo(Room.Turn.NEVER);
    }

    @Test
    void shouldLetWhatIsReadWaitForOthers() throws Exception {
        Room first = memory.room(null);
        Room second = memory.room(null);
        CompletableFuture<Void> turn = new CompletableFuture<>();
        first.sent();
        second.sent();
        assertThat(first.grow(4000, () -> {})).isTrue();
        assertThat(second.grow(4000, () -> turn.complete(null))).isFalse();

        first.shrink(1000);

        await(turn);
        assertThat(second.turn()).isEqualTo(Room.Turn.GRANTED);
        assertThat(second.held()).isEqualTo(4000);
    }

    /** Each waited for the other. */
    @Test
    void shouldSendTheYoungestAwayWhereAllThatAreReadWaitForEachOther() throws Exception {
        Room first = memory.room(null);
        Room second = memory.room(null);
        CompletableFuture<Void> ofFirst = new CompletableFuture<>();
        CompletableFuture<Void> ofSecond = new CompletableFuture<>();
        first.sent();
        second.sent();
        first.grow(3000, () -> {});
        second.grow(3000, () -> {});
        assertThat(first.grow(7000, () -> ofFirst.complete(null))).isFalse();
        assertThat(second.grow(7000, () -> ofSecond.complete(null))).isFalse();

        await(ofSecond);
        assertThat(second.turn()).isEqualTo(Room.Turn.BUSY);
        assertThat(ofFirst).isNotDone();
        second.release();
        await(ofFirst);

        assertThat(first.turn()).isEqualTo(Room.Turn.GRANTED);
        assertThat(first.held()).isEqualTo(7000);
    }

    @Test
    void shouldForgetWhoLeavesTheLine() {
        Room first = memory.room(null);
        Room second = memory.room(null);
        first.start(5000, () -> {});
        second.start(5000, () -> {});

        second.release();
        first.release();

        assertThat(memory.waiting()).isZero();
        assertThat(memory.used()).isZero();
    }

    @Test
    void shouldBeOneForAllContextsOfTheJvm() throws Exception {
        try (CamelContext one = new DefaultCamelContext();
                CamelContext other = new DefaultCamelContext()) {
            Memory shared = Memory.of(one);
            long before = shared.used();
            long usual = shared.bound();
            assertThat(Memory.of(other)).isSameAs(shared);
            one.start();
            other.start();
            shared.bound(one, before + 9_000);
            Memory.of(other).bound(other, before + 90_000);
            assertThat(shared.bound()).isEqualTo(before + 9_000);

            Room held = Memory.of(one).room(null);
            assertThat(held.tryStart(4_000)).isTrue();
            CountDownLatch turn = new CountDownLatch(1);
            Room waits = Memory.of(other).room(null);
            assertThat(waits.start(8_000, turn::countDown)).isFalse();

            one.stop();
            assertThat(turn.await(60, TimeUnit.SECONDS))
                    .as("the bound of the context that has stopped is gone")
                    .isTrue();
            waits.release();
            held.release();
            other.stop();
            assertThat(shared.used()).isEqualTo(before);
            assertThat(shared.bound()).isEqualTo(usual);
        }
    }
}
