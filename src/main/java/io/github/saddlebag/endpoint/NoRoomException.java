package io.github.saddlebag.endpoint;

import java.io.IOException;

/** There was no room for the rest of a response, as others were in the way: the request comes again, once there is. */
public final class NoRoomException extends IOException {

    private static final long serialVersionUID = 1L;

    NoRoomException() {
        super("there is no room for the response");
    }
}
