package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.Async;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OrderedFileTest {

    private static final byte[] NONE = {};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Long> written = Collections.synchronizedList(new ArrayList<>());

    private OrderedFile file(boolean ordered) {
        return file(ordered, null, Rows.LINES);
    }

    private OrderedFile file(boolean ordered, KeptBlocks kept, Rows rows) {
        return new OrderedFile(
                out,
                OutputStream.nullOutputStream(),
                ordered,
                Mark.NONE,
                (items, failed) -> written.add(items),
                kept,
                rows);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteABlockWhenItsTurnHasCome() throws Exception {
        OrderedFile file = file(true);

        file.write(5, 2, 0, bytes("third\n"), NONE);
        file.write(3, 2, 0, bytes("second\n"), NONE);
        assertThat(out.size()).isZero();
        assertThat(written).isEmpty();
        file.write(0, 3, 0, bytes("first\n"), NONE);

        assertThat(out).hasToString("first\nsecond\nthird\n");
        assertThat(written).containsExactly(7L);
    }

    @Test
    void shouldWriteBlocksAsTheyComeWhereNoOrderIsAskedFor() throws Exception {
        OrderedFile file = file(false);

        file.write(5, 2, 0, bytes("b"), NONE);
        file.write(0, 5, 0, bytes("a"), NONE);

        assertThat(out).hasToString("ba");
        assertThat(written).containsExactly(2L, 5L);
    }

    /** A file that begins with what the first good line says. */
    private static Rows beginningWithGood() {
        return new Rows() {
            @Override
            public boolean begin(byte[] lines) {
                return new String(lines, StandardCharsets.UTF_8).contains("good");
            }

            @Override
            public byte[] of(byte[] lines, boolean first) {
                return lines;
            }
        };
    }

    private OrderedFile holding(boolean ordered, KeptBlocks kept) {
        return file(ordered, kept, beginningWithGood());
    }

    @Test
    void shouldNotCountAsWrittenWhatWaitsForTheBeginningOfItsFile() throws Exception {
        for (boolean ordered : new boolean[] {true, false}) {
            out.reset();
            OrderedFile file = holding(ordered, null);

            file.write(0, 2, 2, bytes("bad\nbad\n"), NONE);
            file.write(2, 1, 1, bytes("worse\n"), NONE);
            assertThat(file.mark(() -> {})).isEqualTo(Mark.NONE);
            assertThat(file.flushed()).isZero();
            assertThat(out.size()).isZero();
            assertThat(file.released()).as("they need no room").isEqualTo(3);

            file.write(3, 1, 0, bytes("good\n"), NONE);
            file.write(4, 1, 0, bytes("bad\n"), NONE);
            Mark mark = file.mark(() -> {});
            assertThat(out).hasToString("bad\nbad\nworse\ngood\nbad\n");
            assertThat(mark.next()).isEqualTo(5);
            assertThat(mark.failed()).isEqualTo(3);
            assertThat(file.released()).isEqualTo(2);
        }
    }

    @Test
    void shouldBeginAtTheBoundOrTheEnd() throws Exception {
        OrderedFile many = holding(true, null);
        for (int i = 0; i < HeldBlocks.MOST_ITEMS - 1; i++) {
            many.write(i, 1, 1, bytes("bad\n"), NONE);
        }
        assertThat(many.mark(() -> {}).items()).isZero();
        many.write(HeldBlocks.MOST_ITEMS - 1, 1, 1, bytes("bad\n"), NONE);
        assertThat(many.mark(() -> {}).items()).isEqualTo(HeldBlocks.MOST_ITEMS);

        OrderedFile large = holding(true, null);
        large.write(0, 1, 1, new byte[1 << 20], NONE);
        assertThat(large.mark(() -> {}).items()).isEqualTo(1);

        OrderedFile few = holding(false, null);
        few.write(7, 1, 1, bytes("bad\n"), NONE);
        few.end();
        assertThat(few.mark(() -> {}).items()).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatWaitsForTheBeginningThroughACrash(@TempDir Path folder) throws Exception {
        KeptBlocks kept = new KeptBlocks(folder.resolve("results.kept"), 1 << 20);
        OrderedFile before = holding(true, kept);
        before.write(0, 2, 2, bytes("bad\nbad\n"), NONE);
        before.write(3, 1, 0, bytes("good\n"), NONE);
        assertThat(before.mark(() -> {})).isEqualTo(Mark.NONE);
        assertThat(before.settled()).isEqualTo(3);
        before.forceKept();
        kept.close();

        KeptBlocks again = new KeptBlocks(folder.resolve("results.kept"), 1 << 20);
        again.open(Mark.NONE);
        assertThat(again.ranges()).containsExactly(new Range(0, 2), new Range(3, 4));
        try (OrderedFile after = holding(true, again)) {
            after.write(2, 1, 1, bytes("worse\n"), NONE);
            Mark mark = after.mark(() -> {});
            assertThat(mark.next()).isEqualTo(4);
            assertThat(after.settled()).isEqualTo(4);
            after.durable(mark);
        }
        assertThat(out).hasToString("bad\nbad\nworse\ngood\n");
        assertThat(folder).isEmptyDirectory();
    }

    /** After a stop on a full disk both counts had what was kept before it was written. */
    @Test
    void shouldNotCountAsKeptWhatIsWritten(@TempDir Path folder) throws Exception {
        KeptBlocks kept = new KeptBlocks(folder.resolve("results.kept"), 1 << 20);
        try (OrderedFile file = new OrderedFile(
                out, OutputStream.nullOutputStream(), true, Mark.NONE, (items, failed) -> {}, kept, Rows.LINES)) {
            file.write(1, 2, 0, bytes("second\nthird\n"), NONE);
            file.mark(() -> {});
            assertThat(file.kept()).isEqualTo(2);

            file.write(0, 1, 0, bytes("first\n"), NONE);
            file.flush();

            assertThat(file.flushed()).isEqualTo(3);
            assertThat(file.kept()).isZero();
            assertThat(file.settled()).as("at the last mark").isEqualTo(2);
        }
        assertThat(out).hasToString("first\nsecond\nthird\n");
    }

    private record Block(int first, int count, byte[] lines) {}

    private static List<Block> blocks(Random random) {
        List<Block> blocks = new ArrayList<>();
        int first = 0;
        for (int i = random.nextInt(60); i >= 0; i--) {
            int count = 1 + random.nextInt(5);
            int from = first;
            byte[] lines = bytes(
                    IntStream.range(from, from + count).mapToObj(n -> n + "\n").collect(Collectors.joining()));
            blocks.add(new Block(first, count, lines));
            first += count;
        }
        return blocks;
    }

    @Test
    void shouldWriteAllBlocksInOrderInWhateverOrderTheyCome() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 500; round++) {
            Random random = new Random(seed + round);
            List<Block> blocks = blocks(random);
            Collections.shuffle(blocks, random);
            out.reset();
            written.clear();
            OrderedFile file = file(true);

            for (Block block : blocks) {
                file.write(block.first, block.count, 0, block.lines, NONE);
            }

            assertInOrder(seed + round, blocks);
        }
    }

    @Test
    void shouldWriteAllBlocksInOrderWhereManyThreadsWrite() throws Exception {
        long seed = System.nanoTime();
        for (int round = 0; round < 50; round++) {
            Random random = new Random(seed + round);
            List<Block> blocks = blocks(random);
            Collections.shuffle(blocks, random);
            out.reset();
            written.clear();
            OrderedFile file = file(true);

            CompletableFuture.allOf(blocks.stream()
                            .map(block -> Async.run(() -> file.write(block.first, block.count, 0, block.lines, NONE)))
                            .toArray(CompletableFuture[]::new))
                    .join();

            assertInOrder(seed + round, blocks);
        }
    }

    private void assertInOrder(long seed, List<Block> blocks) {
        int items = blocks.stream().mapToInt(Block::count).sum();
        String expected = IntStream.range(0, items).mapToObj(n -> n + "\n").collect(Collectors.joining());
        assertThat(out).as("seed %d", seed).hasToString(expected);
        assertThat(written.stream().mapToLong(n -> n).sum()).as("seed %d", seed).isEqualTo(items);
    }

    /** A block that was torn must not be followed by others: it would look as if it were whole. */
    @Test
    void shouldWriteNothingMoreOnceAWriteFailed() {
        for (boolean ordered : new boolean[] {true, false}) {
            out.reset();
            written.clear();
            OrderedFile file = new OrderedFile(
                    new FullAfter(out, 4),
                    OutputStream.nullOutputStream(),
                    ordered,
                    Mark.NONE,
                    (items, failed) -> written.add(items),
                    null,
                    Rows.LINES);

            assertThatThrownBy(() -> file.write(0, 1, 0, bytes("first\n"), NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");
            assertThatThrownBy(() -> file.write(1, 1, 0, bytes("x"), NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Nothing more is written, for an earlier block could not be written.");

            assertThat(out).hasToString("firs");
            assertThat(written).isEmpty();
        }
    }

    @Test
    void shouldTellOnlyWhatWasWritten() {
        OrderedFile file = new OrderedFile(
                new FullAfter(out, 6),
                OutputStream.nullOutputStream(),
                true,
                Mark.NONE,
                (items, failed) -> written.add(items),
                null,
                Rows.LINES);

        assertThatThrownBy(() -> {
                    file.write(1, 1, 0, bytes("second\n"), NONE);
                    file.write(0, 1, 0, bytes("first\n"), NONE);
                })
                .isInstanceOf(IOException.class);

        assertThat(out).hasToString("first\n");
    }

    @Test
    void shouldFlushAndClose() throws Exception {
        List<String> calls = new ArrayList<>();
        OrderedFile file = new OrderedFile(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        calls.add("write");
                    }

                    @Override
                    public void flush() {
                        calls.add("flush");
                    }

                    @Override
                    public void close() {
                        calls.add("close");
                    }
                },
                OutputStream.nullOutputStream(),
                true,
                Mark.NONE,
                (items, failed) -> {},
                null,
                Rows.LINES);

        file.flush();
        file.close();

        assertThat(calls).containsSubsequence("flush", "close").endsWith("close");
    }

    /** Has room for so many bytes. */
    private static final class FullAfter extends OutputStream {

        private final OutputStream to;
        private int room;

        private FullAfter(OutputStream to, int room) {
            this.to = to;
            this.room = room;
        }

        @Override
        public void write(int b) throws IOException {
            if (room-- <= 0) {
                throw new IOException("No space left on device");
            }
            to.write(b);
        }
    }
}
