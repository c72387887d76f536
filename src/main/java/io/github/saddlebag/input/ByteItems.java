package io.github.saddlebag.input;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Items whose ends are found byte by byte. */
abstract class ByteItems implements ItemInput {

    protected final ByteInput in;
    /** Of what was read last, from 1. */
    protected long number;
    /** The bytes up to the end of what was read last. */
    protected long offset;

    protected @Nullable String problem;

    /**
     * @param in stands at {@code begin}
     * @param begin the beginning of the input, or the end of an item
     */
    ByteItems(ByteInput in, Place begin) {
        this.in = in;
        this.number = begin.line();
        this.offset = begin.offset();
    }

    @Override
    public @Nullable String problem() {
        return problem;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public Place place() {
        return new Place(offset, number);
    }

    @Override
    public boolean mayBlock() throws IOException {
        return in.mayBlock();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
