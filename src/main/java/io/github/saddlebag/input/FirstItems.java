package io.github.saddlebag.input;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The first items of an input, and no others. */
public final class FirstItems implements ItemInput {

    private final ItemInput all;
    private long left;

    public FirstItems(ItemInput all, long most) {
        this.all = all;
        this.left = most;
    }

    @Override
    public byte @Nullable [] next() throws IOException {
        if (left == 0) {
            return null;
        }
        left--;
        return all.next();
    }

    @Override
    public @Nullable String problem() {
        return all.problem();
    }

    @Override
    public long number() {
        return all.number();
    }

    @Override
    public boolean isDocument() {
        return all.isDocument();
    }

    @Override
    public @Nullable String file() {
        return all.file();
    }

    @Override
    public Place place() {
        return all.place();
    }

    @Override
    public boolean mayBlock() throws IOException {
        return left > 0 && all.mayBlock();
    }

    @Override
    public void close() throws IOException {
        all.close();
    }
}
