package io.github.saddlebag.source;

import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.deliver.ResultSink.Place;
import org.jspecify.annotations.Nullable;

/**
 * Where in a file, or a stream, an item stands.
 *
 * @param sequence its number among the items, from 0
 * @param isDocument whether it is the file, or one of a few documents in it
 * @param occasion of a dead letter that is sent again; else empty
 */
record LinePosition(Run run, long number, long sequence, boolean isDocument, String occasion, boolean isPerhapsRepeated)
        implements Place {

    @Override
    public boolean isReadOn() {
        return !run.isEnded();
    }

    @Override
    public String source() {
        return run.name();
    }

    /** Files of an inbox may have records in common, and their items share batches. */
    @Override
    public String orderedIn() {
        return run.isOfInbox() ? "" : source();
    }

    @Override
    public @Nullable String company() {
        return run.isOfInbox() && run.isBatchedAlone() ? source() : null;
    }

    @Override
    public String nameWithoutId() {
        return run.isOfInbox() && !isDocument ? source() + ":" + number : nameInSource();
    }

    @Override
    public boolean isNumbered() {
        return !run.isOfInbox() && !isDocument;
    }

    @Override
    public String nameInSource() {
        return !isDocument ? Long.toString(number) : number == 1 ? source() : source() + ":" + number;
    }

    @Override
    public boolean isNumberedInSource() {
        return !isDocument;
    }

    @Override
    public boolean isSourceWaiting() {
        return run.isWaiting();
    }

    @Override
    public boolean isSourceEnded() {
        return run.isSourceEnded();
    }

    @Override
    public ResultSink sink() {
        return run.sink();
    }
}
