package io.github.saddlebag.source;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The items of a run in chunks, as far as there is room for them. For one thread at a time. */
final class RunReading implements Iterator<List<Item>>, Closeable {

    private final String name;
    private final ChunkReader reader;
    private final ReadAhead ahead;
    private final Interruption interruption;
    private volatile long offset;
    private volatile long itemsRead;
    private volatile boolean ended;
    private @Nullable List<Item> first;
    private volatile @Nullable Item last;
    private boolean begun;
    private InboxSlots.@Nullable Slot slot;

    /**
     * @param name of what is read
     * @param itemsBefore how many an earlier run has read
     */
    RunReading(String name, ChunkReader reader, ReadAhead ahead, Interruption interruption, long itemsBefore) {
        this.name = name;
        this.reader = reader;
        this.ahead = ahead;
        this.interruption = interruption;
        this.itemsRead = itemsBefore;
        this.offset = reader.offset();
    }

    /** Whether there may be another chunk; waits for the first one only. */
    @Override
    public boolean hasNext() {
        if (!begun) {
            begun = true;
            List<Item> items = readNext();
            first = items.isEmpty() ? null : items;
        }
        return first != null || !ended;
    }

    @Override
    public List<Item> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<Item> items = first == null ? readNext() : first;
        first = null;
        return items;
    }

    private List<Item> readNext() {
        try {
            int room = reader.most();
            if (ahead.acquire(room, interruption::isStopped)) {
                List<Item> items = reader.read(room);
                if (reader.isAtEnd()) {
                    end();
                }
                offset = reader.offset();
                long all = itemsRead + items.size();
                itemsRead = all;
                ahead.release(room - items.size());
                last = items.isEmpty() ? last : items.get(items.size() - 1);
                return items;
            }
            StoppedException here = stoppedHere();
            if (interruption.problem() == null && !reader.hasNothingMore()) {
                interruption.broken(here);
            }
        } catch (InterruptedIOException e) {
            interruption.broken(stoppedHere());
        } catch (IOException e) {
            interruption.broken(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interruption.broken(stoppedHere());
        } catch (Error e) {
            // the Split, which asked for it, would never go on
            Unrecoverable.report(e);
            interruption.broken(new IOException(e));
        }
        end();
        return List.of();
    }

    /** That it was stopped where it is. */
    StoppedException stoppedHere() {
        return new StoppedException(name + " was read up to line " + reader.line() + " when the runtime stopped.");
    }

    private void end() {
        ended = true;
        if (slot != null) {
            slot.read();
        }
    }

    /** Goes on after it was put off. */
    void goOn() {
        ended = reader.isAtEnd();
        begun = false;
        ahead.goOn();
    }

    /** Tells the last item that the reader waits for room. */
    void sourceWaits() {
        Item item = last;
        if (item != null) {
            item.sourceWaits();
        }
    }

    /** Takes back what was read, but for what is under way. */
    void takeBack() {
        Item item = last;
        if (item != null) {
            item.sourceTakesBack();
        }
    }

    /** Of an inbox: the place that it has among the files that are read. */
    void slot(InboxSlots.Slot place) {
        slot = place;
    }

    /** Whether others like it are read beside it. */
    boolean isOfInbox() {
        return slot != null;
    }

    /** Whether nothing more is read. */
    boolean isEnded() {
        return ended;
    }

    /** Whether nothing follows, of others neither, that could share a batch with what is there. */
    boolean isSourceEnded() {
        return ended && (slot == null || !slot.isMoreComing());
    }

    /** Whether it waits for room. */
    boolean isWaiting() {
        return ahead.isWaiting();
    }

    /** The bytes before the next item. */
    long offset() {
        return offset;
    }

    /** How many items were read, by earlier runs too. */
    long items() {
        return itemsRead;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
