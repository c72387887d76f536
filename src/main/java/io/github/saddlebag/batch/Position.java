package io.github.saddlebag.batch;

/** Where an item came from, for messages and dead letters. */
public interface Position {

    /** The source's name, such as a file's name or a topic. */
    String source();

    /** The item's number in its source, counted from 1: the line of a file, the offset of a record. */
    long number();

    /** Where that is, for messages. */
    default String describe() {
        return source() + " line " + number();
    }
}
