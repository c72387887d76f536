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

    /** Items whose result is on the disk as well, and waits for its turn behind one that has no answer. */
    default long kept() {
        return 0;
    }

    /** Items that have their answer, or have failed; those whose result waits for its turn included. */
    default long answered() {
        return written();
    }

    /** How many of them an earlier run has written, where this one goes on. */
    default long writtenBefore() {
        return 0;
    }

    /** Whether the same run, started again, goes on where this one ends. */
    default boolean isResumable() {
        return false;
    }

    /** Whether an earlier run has done all of it, so that nothing is left to be done. */
    default boolean isFinishedBefore() {
        return false;
    }

    /** Whether the input was found to be another one, or to be written to, when it was read to its end. */
    default boolean isInputChanged() {
        return false;
    }

    /** Items that failed. */
    long failed();
}
