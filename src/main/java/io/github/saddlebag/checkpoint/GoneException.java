package io.github.saddlebag.checkpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
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

    /** Somebody else has shortened it. */
    static GoneException cut(Path file) throws IOException {
        long lines = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                lines += b == '\n' ? 1 : 0;
            }
        }
        return new GoneException(file, "was cut by somebody else while it was written.", lines);
    }

    public long left() {
        return left;
    }

    public Path file() {
        return file;
    }
}
