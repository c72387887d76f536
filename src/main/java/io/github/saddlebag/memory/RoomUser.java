package io.github.saddlebag.memory;

import org.jspecify.annotations.Nullable;

/** What a response is for, which waits with others of its line until all before it have theirs. */
public interface RoomUser {

    /** What it is in line with others for; the same object for all of them. */
    Line line();

    /** Whether it is for that one. */
    boolean holds(@Nullable Object one);

    /** Those who have their outcomes delivered in order. */
    interface Line {

        /** The one that has waited for its outcome the longest; null: none waits. */
        @Nullable
        Object oldest();

        /** What answers take that wait for others, in bytes. */
        long heldByLists();
    }
}
