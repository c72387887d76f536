package io.github.saddlebag.support;

import java.io.IOException;

/**
 * What was written may not have reached the disk, and to ask again would not tell: systems forget what they could not
 * write. Its source must do these items again.
 */
public final class LostWriteException extends IOException {

    private static final long serialVersionUID = 1L;

    public LostWriteException(String message) {
        super(message);
    }
}
