package io.github.saddlebag.output;

import java.io.IOException;
import java.nio.file.Path;

/** Makes what stands in a result file of result lines, in the order in which they are written. */
public interface Rows {

    /** Result lines as they are. */
    Rows LINES = (lines, first) -> lines;

    /**
     * What is written for lines, whole rows that end with a line feed; perhaps nothing.
     *
     * @param lines of {@link ResultLines}
     * @param first whether nothing was written before it
     */
    byte[] of(byte[] lines, boolean first) throws IOException;

    /**
     * Whether a file can begin with what it was shown until now. What it was shown comes to {@link #of} afterwards, sooner
     * or later, whatever it says.
     *
     * @param lines as they will come
     */
    default boolean begin(byte[] lines) throws IOException {
        return true;
    }

    /**
     * Takes up what an earlier run began.
     *
     * @param file what it has written, as far as it counts more than nothing
     */
    default void goOn(Path file) throws IOException {}

    /**
     * What closes the file when all is written; it belongs to no item.
     *
     * @param empty whether nothing was written
     */
    default byte[] tail(boolean empty) {
        return new byte[0];
    }
}
