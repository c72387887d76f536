package io.github.saddlebag.batch;

import org.jspecify.annotations.Nullable;

/** Where an item came from, for messages and dead letters. */
public interface Position {

    /** Who goes first, where not all can: the first of these. */
    enum Urgency {
        /** Somebody waits for the answer. */
        CALLER,
        /** What has happened, or is to be known, now. */
        EVENT,
        /** It waits anyhow. */
        FILE
    }

    /** How urgent its items are. */
    default Urgency urgency() {
        return Urgency.FILE;
    }

    /** The source's name, such as a file's name or a topic. */
    String source();

    /** The item's number in its source, counted from 1: the line of a file, the offset of a record. */
    long number();

    /**
     * What sets it apart from the same item that was sent on another occasion, on purpose: the turn of a watch list, a
     * replay. An endpoint must not take one for the other. Empty: nothing does.
     */
    default String occasion() {
        return "";
    }

    /** Whether an earlier process may have sent it on the same occasion. */
    default boolean isPerhapsRepeated() {
        return false;
    }

    /** Whether it comes again after a crash, until what came of it is known to be written. */
    default boolean isReadAgain() {
        return true;
    }

    /** Whether its source is read on when there is room: it has not come to its end. */
    default boolean isReadOn() {
        return false;
    }

    /** Whether the source has come to its end: nothing follows that could share a batch with what is there. */
    default boolean isSourceEnded() {
        return false;
    }

    /** Whether the source waits for the fates of earlier items before it goes on. */
    default boolean isSourceWaiting() {
        return false;
    }

    /** Whether its source takes back all of its items that are not under way: they come again. */
    default boolean isTakenBack() {
        return false;
    }

    /**
     * What its order is kept by: items of one source that say the same are under way one at a time, as they came. Null: it
     * has none.
     *
     * @param id its own id; null: it has none
     */
    default @Nullable String orderedBy(@Nullable String id) {
        return id;
    }

    /** Within what that holds: the source, or what several have in common. */
    default String orderedIn() {
        return source();
    }

    /** With what alone it may share a batch; null: with all. */
    default @Nullable String company() {
        return null;
    }

    /** Whether its order is kept whatever {@code saddlebag.batch.order-by-id} says. */
    default boolean isOrdered() {
        return false;
    }

    /** Whether its source says itself when the next of its order may go on: see {@link Item#turnIsOver()}. */
    default boolean keepsTurn() {
        return false;
    }

    /** What an item is known by that has no id of its own: its number, or a text that no other item is known by. */
    default String nameWithoutId() {
        return Long.toString(number());
    }

    /** Whether {@link #nameWithoutId()} is a number. */
    default boolean isNumbered() {
        return true;
    }

    /** The same among the results of its source alone. */
    default String nameInSource() {
        return nameWithoutId();
    }

    /** Whether {@link #nameInSource()} is a number. */
    default boolean isNumberedInSource() {
        return isNumbered();
    }

    /** The id that its source knows it by, whatever stands in it; null: it is known by what stands in it. */
    default @Nullable String ownId() {
        return null;
    }

    /** Whether its item has nothing that could be sent: {@link #settle} ends it when its turn has come. */
    default boolean isEmpty() {
        return false;
    }

    /** Gives an item that {@link #isEmpty() is empty} its fate. */
    default void settle(Item item) {
        throw new IllegalStateException("it is sent");
    }

    /** Where that is, for messages. */
    default String describe() {
        return source() + " line " + number();
    }
}
