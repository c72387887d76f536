package io.github.saddlebag.source;

import java.io.IOException;
import java.nio.file.Path;

/** A file was taken away, or cut, while it was written: what stood in it is lost. */
final class GoneException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long left;

    /** @param left how many lines are still in it */
    GoneException(Path file, String what, long left) {
        super(file + " " + what);
        this.file = file;
        this.left = left;
    }

    long left() {
        return left;
    }

    Path file() {
        return file;
    }
}
