package io.github.saddlebag.endpoint;

import java.io.IOException;

/** There is no access token: the endpoint was not asked. */
public final class AccessTokenException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final int status;

    /** @param status what the token's server answered; 0: nothing that was of use */
    public AccessTokenException(String message, int status) {
        super(message);
        this.status = status;
    }

    /** Whether the client is refused, which another try does not change. */
    public boolean isRefusal() {
        return status >= BAD_REQUEST && status < SERVER_ERROR && status != TOO_MANY;
    }
}
