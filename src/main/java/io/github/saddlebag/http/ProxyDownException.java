package io.github.saddlebag.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/** No connection to the proxy was made: the endpoint never got to see the call. */
public final class ProxyDownException extends ConnectException {

    private static final long serialVersionUID = 1L;

    ProxyDownException() {
        super("the connection to the proxy was refused (saddlebag.call.proxy)");
    }

    /** What it means, where all connections lead to the proxy, that one was not made; another error as it is. */
    static IOException meantBy(IOException problem) {
        if (problem instanceof UnknownHostException) {
            return NoTunnelException.unknown();
        }
        if (problem instanceof ConnectTimeoutException) {
            return NoTunnelException.late();
        }
        boolean refused = problem instanceof ConnectException || problem instanceof NoRouteToHostException;
        return refused ? new ProxyDownException() : problem;
    }
}
