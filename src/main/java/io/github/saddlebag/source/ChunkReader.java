package io.github.saddlebag.source;

import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.DeadLetterReader;
import io.github.saddlebag.input.EndedInput;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Range;
import io.github.saddlebag.stats.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the items of an input in chunks, but for those that an earlier run has done. For one thread at a time. */
final class ChunkReader implements Closeable {

    private static final int SMALL_ITEM = 16;
    private static final long BYTES_PER_ITEM = 16 * 1024;

    private final Run run;
    private volatile ItemInput input;
    private final RunOptions settings;
    private final @Nullable Checkpointer checkpoints;
    /** What is done already, of what is still to be read. */
    private final Deque<Range> skipped;

    private long sequence;
    private @Nullable IOException broken;
    private volatile boolean atEnd;

    /**
     * @param next the number of the first item
     * @param done ranges of items behind it that are not read
     */
    ChunkReader(
            Run run,
            ItemInput input,
            RunOptions settings,
            @Nullable Checkpointer checkpoints,
            long next,
            List<Range> done) {
        this.run = run;
        this.input = input;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.sequence = next;
        this.skipped = new ArrayDeque<>(done);
    }

    /** How many items the next chunk may have: of a small file few, so that many are read side by side. */
    int most() {
        long left = run.inputBytes() - offset();
        // it is a stream, or has grown
        return left < 0 ? settings.chunk() : (int) Math.min(settings.chunk(), left / SMALL_ITEM + 1);
    }

    /**
     * As many items as a chunk holds; fewer where they are large, or where the input has to be waited for.
     *
     * @param most at least 1
     */
    List<Item> read(int most) throws IOException {
        if (broken != null) {
            throw broken;
        }
        List<Item> items = new ArrayList<>(most);
        long bytes = 0;
        while (items.size() < most && bytes < settings.chunk() * BYTES_PER_ITEM) {
            if (isSkipped() && !items.isEmpty()) {
                break;
            }
            byte[] content;
            try {
                content = nextToDo();
            } catch (IOException e) {
                if (items.isEmpty()) {
                    throw e;
                }
                // what was read before it has its fate; where the input stands is not known any more
                broken = e;
                return items;
            }
            if (content == null) {
                atEnd = true;
                ItemInput whole = input;
                input = new EndedInput(whole.place(), whole.number());
                whole.close();
                break;
            }
            items.add(item(content));
            bytes += content.length;
            if (mayBlock()) {
                break;
            }
        }
        reached();
        return items;
    }

    /** Whether there is nothing more to read. */
    boolean isAtEnd() {
        return atEnd;
    }

    private void reached() {
        if (checkpoints != null) {
            checkpoints.reached(sequence, input.place());
        }
    }

    private boolean isSkipped() {
        Range next = skipped.peek();
        return next != null && next.from() == sequence;
    }

    /** The items of a chunk follow each other: what is passed over stands between two of them. */
    private byte @Nullable [] nextToDo() throws IOException {
        while (isSkipped()) {
            Range range = skipped.remove();
            while (sequence < range.to()) {
                if (input.next() == null) {
                    return null;
                }
                sequence++;
            }
            reached();
        }
        return sequence < settings.most() ? input.next() : null;
    }

    private boolean mayBlock() throws IOException {
        return sequence < settings.most() && input.mayBlock();
    }

    /** Whether one that was stopped had nothing more to read: then all may be done. */
    boolean hasNothingMore() throws IOException {
        return !mayBlock() && nextToDo() == null;
    }

    /** The bytes before the next item. */
    long offset() {
        return input.place().offset();
    }

    /** The lines before the next item. */
    long line() {
        return input.place().line();
    }

    private Item item(byte[] content) {
        DeadLetterReader.Letter letter = settings.unwrap() ? DeadLetterReader.read(content, settings.newKeys()) : null;
        byte[] body = letter == null ? content : letter.item();
        String occasion = letter == null ? "" : letter.occasion();
        boolean again = settings.repeated() || letter != null && letter.isRepeated();
        LinePosition position =
                new LinePosition(run, input.file(), input.number(), sequence++, input.isDocument(), occasion, again);
        Item item = new Item(body, Map.of(), position);
        String why = input.problem();
        if (why != null) {
            item.identifyByPlace();
            item.fail(
                    new Failure(Reason.INVALID_ITEM, position.source() + " line " + input.number() + ": " + why), null);
        }
        return item;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
