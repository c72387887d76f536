package io.github.saddlebag.input;

import org.jspecify.annotations.Nullable;

/**
 * An input that was read to its end and closed: it waits for its answers for longer, and needs neither a file nor a buffer.
 */
public record EndedInput(Place place, long number) implements ItemInput {

    @Override
    public byte @Nullable [] next() {
        return null;
    }

    @Override
    public @Nullable String problem() {
        return null;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public void close() {
        // it is
    }
}
