package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Takes the outcomes of one source, which numbers its items without a gap. */
public interface ResultSink {

    /** The place of an item in such a source. */
    interface Place extends Position {

        ResultSink sink();

        /** The item's number among the items of its source, counted from 0. */
        long sequence();
    }

    /**
     * Takes the outcomes of items that follow each other in the source. All of them count as done; some have their result
     * elsewhere, and no line here.
     *
     * @param first the sequence of the first of them
     * @param elsewhere those of them, a set by identity
     */
    void results(long first, List<Outcome> outcomes, Set<Outcome> elsewhere) throws IOException;

    /**
     * Takes the dead letter of a failed item, before its result.
     *
     * @param sequence the item's
     * @param line with its line feed
     */
    void deadLetter(long sequence, byte[] line) throws IOException;
}
