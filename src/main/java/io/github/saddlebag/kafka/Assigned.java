package io.github.saddlebag.kafka;

import io.github.saddlebag.batch.Item;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition from its assignment to when it is taken away. Records that were polled belong to it, and to no later
 * assignment of the same partition, unless that one {@link #goOnFrom goes on} from it.
 */
final class Assigned {

    private final TopicPartition partition;
    private final TrackedConsumer owner;
    private final OffsetTracker offsets;
    private final Map<Long, Item> items = new ConcurrentHashMap<>();
    private volatile boolean lost;
    private volatile boolean redo;
    private long cutOff = -1;
    private @Nullable Assigned heir;
    private volatile @Nullable OffsetAndMetadata committed;

    /** @param committed where it begins, and what is done behind that */
    Assigned(TopicPartition partition, TrackedConsumer owner, OffsetAndMetadata committed) {
        this.partition = partition;
        this.owner = owner;
        this.offsets = new OffsetTracker(committed.offset(), committed.metadata());
        this.committed = committed;
    }

    TopicPartition partition() {
        return partition;
    }

    TrackedConsumer owner() {
        return owner;
    }

    OffsetTracker offsets() {
        return offsets;
    }

    /** It is not ours any more. */
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /** An item of it goes on its way. */
    void handOn(long offset, Item item) {
        items.put(offset, item);
    }

    /** The items that are on their way. */
    Map<Long, Item> items() {
        return items;
    }

    /**
     * Goes on from an earlier assignment of the partition to this process, unless the committed offset went back since:
     * then it is another partition of that name.
     */
    void goOnFrom(Assigned earlier) {
        synchronized (earlier) {
            OffsetAndMetadata then = earlier.committed;
            OffsetAndMetadata now = committed;
            if (then != null && now != null && now.offset() < then.offset()) {
                return;
            }
            offsets.goOnFrom(earlier.offsets, offset -> {
                Item item = earlier.items.get(offset);
                if (item != null) {
                    items.put(offset, item);
                }
                return item != null;
            });
            earlier.items.clear();
            earlier.heir = this;
        }
    }

    /** A record is done without an item. */
    void skip(long offset) {
        offsets.done(offset);
    }

    /** An item is done, and its outcome delivered. */
    void done(long offset) {
        over(offset, true);
    }

    /** An item is back without having been delivered: as long as the partition is ours, it is polled again. */
    void giveBack(long offset) {
        over(offset, false);
    }

    private void over(long offset, boolean done) {
        Assigned to;
        synchronized (this) {
            to = heir;
            if (to == null) {
                items.remove(offset);
                if (done) {
                    offsets.done(offset);
                    owner.isDone();
                } else {
                    offsets.giveBack(offset);
                    redo = true;
                }
                return;
            }
        }
        to.over(offset, done);
    }

    /** A record was polled and left, since not all could be told with it. */
    void cutOff(long offset) {
        cutOff = offset;
    }

    /** Whether more may be taken, and all of it be told. */
    boolean hasRoomForMore(int records, int bytes) {
        boolean room = offsets.hasRoomForMore(records, bytes) && (cutOff < 0 || offsets.hasRoomFor(cutOff, bytes));
        cutOff = room ? -1 : cutOff;
        return room;
    }

    /** Where to go back to, for what was given back; -1: nowhere. Only on the thread that polls. */
    long goBack() {
        if (!redo) {
            return -1;
        }
        redo = false;
        return offsets.goBack();
    }

    /** What is to be committed; null: nothing new. */
    @Nullable
    OffsetAndMetadata due(int mostMetadata) {
        OffsetAndMetadata due = new OffsetAndMetadata(offsets.commitOffset(), offsets.metadata(mostMetadata));
        return due.equals(committed) ? null : due;
    }

    void committed(OffsetAndMetadata now) {
        committed = now;
    }
}
