package io.github.saddlebag.source;

import io.github.saddlebag.deliver.ResultSink;
import io.github.saddlebag.deliver.ResultSink.Place;

/**
 * Where in a file, or a stream, an item stands.
 *
 * @param sequence its number among the items, from 0
 * @param occasion of a dead letter that is sent again; else empty
 */
record LinePosition(Run run, long number, long sequence, String occasion, boolean isPerhapsRepeated) implements Place {

    @Override
    public boolean isReadOn() {
        return !run.isEnded();
    }

    @Override
    public String source() {
        return run.name();
    }

    @Override
    public boolean isSourceWaiting() {
        return run.isWaiting();
    }

    @Override
    public boolean isSourceEnded() {
        return run.isEnded();
    }

    @Override
    public ResultSink sink() {
        return run.sink();
    }
}
