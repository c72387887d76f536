package io.github.saddlebag.call;

import java.net.ConnectException;

/** No connection to the proxy was made: the endpoint never got to see the call. */
final class ProxyDownException extends ConnectException {

    private static final long serialVersionUID = 1L;

    ProxyDownException() {
        super("the connection to the proxy was refused (saddlebag.call.proxy)");
    }
}
