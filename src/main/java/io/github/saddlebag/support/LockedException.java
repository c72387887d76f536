package io.github.saddlebag.support;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Something is in use by another process, or elsewhere in this one. It is left alone until that ends. */
public final class LockedException extends FileSystemException {

    private static final long serialVersionUID = 1L;

    private final String holder;

    LockedException(Path what, String holder) {
        super(what.toString(), null, "in use by " + holder);
        this.holder = holder;
    }

    /** Who uses it, and since when. */
    public String holder() {
        return holder;
    }

    @Override
    public String getMessage() {
        return getFile() + " is in use by " + holder + ". One at a time: wait for its end, or name another one.";
    }
}
