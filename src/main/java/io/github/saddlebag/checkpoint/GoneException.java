package io.github.saddlebag.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A file was taken away, or cut, while it was written: what stood in it is lost. */
public final class GoneException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long left;

    /** @param left how many lines are still in it */
    GoneException(Path file, String what, long left) {
        super(file + " " + what);
        this.file = file;
        this.left = left;
    }

    public long left() {
        return left;
    }

    public Path file() {
        return file;
    }
}
