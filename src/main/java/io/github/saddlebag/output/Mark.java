package io.github.saddlebag.output;

import java.util.List;

/**
 * What is written of a result file and its dead letters, at one moment.
 *
 * @param next all items before this number are
 * @param beyond as are these, in their order
 * @param items how many that are
 * @param failed how many of them failed
 * @param length the bytes of all results
 * @param letterLength the bytes of all dead letters
 */
public record Mark(long next, List<Range> beyond, long items, long failed, long length, long letterLength) {

    /** Nothing is written yet. */
    public static final Mark NONE = new Mark(0, List.of(), 0, 0, 0, 0);

    /** The same items in files of other lengths. */
    public Mark withLengths(long results, long letters) {
        return new Mark(next, beyond, items, failed, results, letters);
    }
}
