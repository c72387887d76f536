package io.github.saddlebag.source;

import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.deliver.ResultSink.Place;
import org.jspecify.annotations.Nullable;

/**
 * Where in a file, or a stream, an item stands.
 *
 * @param file the file, where the run reads several; null: it is the run's
 * @param sequence its number among the items, from 0
 * @param isDocument whether it is the file, or one of a few documents in it
 * @param occasion of a dead letter that is sent again; else empty
 */
record LinePosition(
        Run run,
        @Nullable String file,
        long number,
        long sequence,
        boolean isDocument,
        String occasion,
        boolean isPerhapsRepeated)
        implements Place {

    @Override
    public boolean isReadOn() {
        return !run.reading().isEnded();
    }

    @Override
    public String source() {
        return file == null ? run.name() : file;
    }

    /** Files of an inbox may have records in common, and their items share batches. */
    @Override
    public String orderedIn() {
        return run.reading().isOfInbox() ? "" : run.name();
    }

    @Override
    public @Nullable String company() {
        return run.reading().isOfInbox() && run.isBatchedAlone() ? source() : null;
    }

    @Override
    public String nameWithoutId() {
        return run.reading().isOfInbox() && !isDocument ? source() + ":" + number : nameInSource();
    }

    @Override
    public boolean isNumbered() {
        return !run.reading().isOfInbox() && isNumberedInSource();
    }

    @Override
    public String nameInSource() {
        if (isNumberedInSource()) {
            return Long.toString(number);
        }
        return isDocument && number == 1 ? source() : source() + ":" + number;
    }

    @Override
    public boolean isNumberedInSource() {
        return !isDocument && file == null;
    }

    @Override
    public boolean isSourceWaiting() {
        return run.reading().isWaiting();
    }

    @Override
    public boolean isTakenBack() {
        return run.isFileGone();
    }

    @Override
    public boolean isSourceEnded() {
        return run.reading().isSourceEnded();
    }

    @Override
    public ResultSink sink() {
        return run.sink();
    }
}
