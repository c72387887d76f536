package io.github.saddlebag.batch;

/** Where an item came from, for messages and dead letters. */
public interface Position {

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

    /** Where that is, for messages. */
    default String describe() {
        return source() + " line " + number();
    }
}
