package io.github.saddlebag.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the items of an input, one after the other. */
public interface ItemInput extends Closeable {

    /**
     * A place between two items.
     *
     * @param offset the bytes before it
     * @param line the lines before it; in a JSON array, the elements
     * @param file the files before the one in which that is
     */
    record Place(long offset, long line, int file) {

        public static final Place BEGIN = new Place(0, 0);

        public Place(long offset, long line) {
            this(offset, line, 0);
        }
    }

    /** The next item: one JSON value, or what stands there in the place of one; null at the end of the input. */
    byte @Nullable [] next() throws IOException;

    /** Why what was read last is no item; null where it may be one. */
    @Nullable
    String problem();

    /** The number of what was read last, from 1: its first line; in a JSON array, the element. */
    long number();

    /** Where to go on behind what was read last. */
    Place place();

    /** Whether an item is a document, known by the name of its file and not by a number. */
    default boolean isDocument() {
        return false;
    }

    /** The file in which what was read last stands, where the input is several; null: it is one. */
    default @Nullable String file() {
        return null;
    }

    /** The names in the header, which are those of the members of items; none: there is no header. */
    default List<String> columns() throws IOException {
        return List.of();
    }

    /** Whether reading on may have to wait for the input. */
    boolean mayBlock() throws IOException;
}
