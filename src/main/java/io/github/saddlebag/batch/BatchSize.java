package io.github.saddlebag.batch;

import io.github.saddlebag.stats.Cause;
import org.jspecify.annotations.Nullable;

/**
 * How large a batch may become: what is configured, or less where the endpoint refused that as too large.
 *
 * <p>Whether it counts items or bytes it does not say. First the items are taken to be what counts: the limit is
 * narrowed between the most that were taken and the fewest that were refused. If a batch is refused that has no more
 * items than one that was taken, it is the bytes; and if that does not hold either, both. Now and then a larger batch is
 * tried, and after a while without refusals the limit grows again.
 */
public final class BatchSize {

    private static final int TAKEN_BEFORE_LARGER = 20;
    private static final int TAKEN_BEFORE_FORGETTING = 200;

    private final Dimension items;
    private final Dimension bytes;
    private final @Nullable ItemRules rules;
    private final long mostBytes;
    private boolean bytesCount;
    private int takenSinceRefusal;

    /**
     * @param maxItems the most items in a batch, at least 1
     * @param maxBytes the most bytes in a batch on the wire; an item that is larger by itself goes alone
     * @param rules how much room items take; null: an item's content and a comma
     */
    public BatchSize(int maxItems, long maxBytes, @Nullable ItemRules rules) {
        items = new Dimension(maxItems);
        bytes = new Dimension(maxBytes);
        this.rules = rules;
        mostBytes = rules == null ? Long.MAX_VALUE : rules.mostBytes();
    }

    /** What a batch must know of how its items are sent. */
    public interface ItemRules {

        /** The bytes of an item on the wire, with what stands around it and separates it from the next. */
        long wireBytes(Item item);

        /** The most bytes that the items of a request may have on the wire, besides what is configured for batches. */
        default long mostBytes() {
            return Long.MAX_VALUE;
        }
    }

    /** What is known of one way to count. */
    private static final class Dimension {
        private final long configured;
        private long taken;
        private long refused = Long.MAX_VALUE;
        private long limit;

        private Dimension(long configured) {
            this.configured = configured;
            forget();
        }

        private void forget() {
            taken = 0;
            refused = Long.MAX_VALUE;
            limit = configured;
        }

        private boolean isLimited() {
            return limit < configured;
        }

        private void refused(long size, long most) {
            refused = size;
            if (taken >= refused) {
                taken = 0;
            }
            limit = Math.max(1, most > 0 ? most : taken > 0 ? taken : (refused + 1) / 2);
        }

        private void taken(long size) {
            taken = Math.max(taken, size);
            if (taken >= refused) {
                refused = Long.MAX_VALUE;
            }
        }

        private void tryLarger() {
            if (isLimited()) {
                limit = refused == Long.MAX_VALUE
                        ? Math.min(configured, limit * 2)
                        : Math.max(limit, taken + (refused - taken) / 2);
            }
        }
    }

    /** Whether a batch of this size may be sent. */
    public synchronized boolean fits(long itemCount, long byteCount) {
        return itemCount <= items.limit && byteCount <= bytes.limit && byteCount <= mostBytes;
    }

    /** What is too much of a batch that does not fit. */
    synchronized Cause over(long itemCount) {
        return itemCount > items.limit ? Cause.COUNT : Cause.BYTES;
    }

    /** The most items that a batch may have now. */
    public synchronized int maxItems() {
        return (int) items.limit;
    }

    /** A batch was refused as too large. */
    public void refused(long itemCount, long byteCount) {
        refused(itemCount, byteCount, 0);
    }

    /** @param mostItems how many items a batch may have, as the endpoint says; 0: it does not */
    public synchronized void refused(long itemCount, long byteCount, long mostItems) {
        boolean itemsExplain = itemCount > items.taken;
        boolean bytesExplain = byteCount > bytes.taken;
        if (!bytesCount && !itemsExplain) {
            bytesCount = true;
            items.forget();
            bytes.refused(byteCount, 0);
        } else {
            if (!bytesCount || !bytesExplain) {
                items.refused(itemCount, mostItems < itemCount ? mostItems : 0);
            }
            if (bytesCount) {
                bytes.refused(byteCount, 0);
            }
        }
        takenSinceRefusal = 0;
    }

    /** A batch was not refused for its size. */
    public synchronized void taken(long itemCount, long byteCount) {
        if (!items.isLimited() && !bytes.isLimited()) {
            bytesCount = false;
            items.forget();
            bytes.forget();
            return;
        }
        items.taken(itemCount);
        bytes.taken(byteCount);
        takenSinceRefusal++;
        if (takenSinceRefusal % TAKEN_BEFORE_FORGETTING == 0) {
            items.refused = Long.MAX_VALUE;
            bytes.refused = Long.MAX_VALUE;
        }
        if (takenSinceRefusal % TAKEN_BEFORE_LARGER == 0) {
            items.tryLarger();
            bytes.tryLarger();
        }
    }

    /** The size of an item in a batch, with what separates it from the next. */
    public long wireBytes(Item item) {
        if (rules != null) {
            return rules.wireBytes(item);
        }
        byte[] content = item.content();
        return 1 + (content == null ? 0 : content.length);
    }
}
