package io.github.saddlebag.http;

import java.io.IOException;

/** The endpoint closes the connection, and says that it has not looked at the request (RFC 9113 6.8). */
public final class NotProcessedException extends IOException {

    private static final long serialVersionUID = 1L;

    NotProcessedException() {
        super("the endpoint went away before it looked at the request (GOAWAY)");
    }
}
