package io.github.saddlebag.batch;

import io.github.saddlebag.setting.Setting;

/**
 * How large a batch may become: what is configured, or less where the endpoint refused that as too large.
 *
 * <p>Whether it counts items or bytes is not known, so both are learned: the largest size that was taken and the
 * smallest that was refused. A batch that is taken although it has as many items (or bytes) as one that was refused
 * shows that this is not what counts. Now and then a larger batch is tried.
 */
public final class BatchSize {

    private static final int TAKEN_BEFORE_LARGER = 20;
    private static final int TAKEN_BEFORE_FORGETTING = 1000;

    private final Dimension items = new Dimension(100);
    private final Dimension bytes = new Dimension(5L << 20);
    private int separatorBytes = 1;
    private int takenSinceRefusal;

    /** What is known of one way to count. */
    private static final class Dimension {
        private long configured;
        private long taken;
        private long refused = Long.MAX_VALUE;
        private long limit;

        private Dimension(long configured) {
            configure(configured);
        }

        private void configure(long newConfigured) {
            configured = newConfigured;
            limit = newConfigured;
        }

        private void refused(long size) {
            refused = Math.min(refused, size);
            if (taken >= refused) {
                taken = 0;
            }
            limit = Math.max(1, taken > 0 ? taken : refused / 2);
        }

        private void taken(long size) {
            taken = Math.max(taken, size);
            if (taken >= refused) {
                refused = Long.MAX_VALUE;
                limit = configured;
            } else if (refused != Long.MAX_VALUE) {
                limit = Math.max(limit, taken);
            }
        }

        private void tryLarger() {
            if (refused != Long.MAX_VALUE) {
                limit = Math.min(configured, Math.max(limit, taken + Math.max(0, (refused - taken) / 2)));
            }
        }

        private void forget() {
            refused = Long.MAX_VALUE;
            limit = Math.min(configured, Math.max(1, taken) * 2);
        }
    }

    /** Whether a batch of this size may be sent. */
    public synchronized boolean fits(long itemCount, long byteCount) {
        return itemCount <= items.limit && byteCount <= bytes.limit;
    }

    /** The most items that a batch may have now. */
    public synchronized int maxItems() {
        return (int) items.limit;
    }

    /** A batch was refused as too large. */
    public synchronized void refused(long itemCount, long byteCount) {
        items.refused(itemCount);
        bytes.refused(byteCount);
        takenSinceRefusal = 0;
    }

    /** A batch was not refused for its size. */
    public synchronized void taken(long itemCount, long byteCount) {
        if (items.refused == Long.MAX_VALUE && bytes.refused == Long.MAX_VALUE) {
            return;
        }
        items.taken(itemCount);
        bytes.taken(byteCount);
        takenSinceRefusal++;
        if (takenSinceRefusal % TAKEN_BEFORE_FORGETTING == 0) {
            items.forget();
            bytes.forget();
        } else if (takenSinceRefusal % TAKEN_BEFORE_LARGER == 0) {
            items.tryLarger();
            bytes.tryLarger();
        }
    }

    /** The size of an item in a batch, with what separates it from the next. */
    long wireBytes(Item item) {
        byte[] content = item.content();
        return separatorBytes + (content == null ? 0 : content.length);
    }

    /** Most items in a batch, at least 1. */
    public synchronized void setMaxItems(String maxItems) {
        items.configure(Setting.integer("batch.max-items", maxItems, 1, 1_000_000));
    }

    /** Most bytes in a batch on the wire, with a unit; an item that is larger by itself goes alone. */
    public synchronized void setMaxBytes(String maxBytes) {
        bytes.configure(Setting.bytes("batch.max-bytes", maxBytes));
    }
}
