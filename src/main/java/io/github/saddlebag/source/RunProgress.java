package io.github.saddlebag.source;

/** How far an input has come. Safe to be read by any thread. */
public interface RunProgress {

    String name();

    /** The input's size; -1: not known. */
    long inputBytes();

    long bytesRead();

    /** Items that were read. */
    long read();

    /** Items whose result stands in the output. */
    long written();

    /** How many of them an earlier run has written, where this one goes on. */
    default long writtenBefore() {
        return 0;
    }

    /** Whether the same run, started again, goes on where this one ends. */
    default boolean isResumable() {
        return false;
    }

    /** Items that failed. */
    long failed();
}
