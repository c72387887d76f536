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

    /** Items that failed. */
    long failed();
}
