package io.github.saddlebag.http;

import java.io.IOException;

/** There is no connection to the proxy, and none to be expected: its name is unknown, or nobody answers there. */
public final class ProxyNotFoundException extends IOException {

    private static final long serialVersionUID = 1L;

    private ProxyNotFoundException(String message) {
        super(message);
    }

    static ProxyNotFoundException unknown() {
        return new ProxyNotFoundException("the host of the proxy is unknown (saddlebag.call.proxy)");
    }

    static ProxyNotFoundException late() {
        return new ProxyNotFoundException("no connection through the proxy within its time (saddlebag.call.proxy,"
                + " saddlebag.call.connect-timeout)");
    }
}
