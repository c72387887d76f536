package io.github.saddlebag.http;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** No tunnel to the endpoint: the proxy makes none, or its name is unknown, or nobody answers there; none is to be expected. */
public final class NoTunnelException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final Pattern STATUS = Pattern.compile("status: (\\d{3})");

    private NoTunnelException(String message) {
        super(message);
    }

    static NoTunnelException unknown() {
        return new NoTunnelException("the host of the proxy is unknown (saddlebag.call.proxy)");
    }

    static NoTunnelException late() {
        return new NoTunnelException("no connection through the proxy within its time (saddlebag.call.proxy,"
                + " saddlebag.call.connect-timeout)");
    }

    static NoTunnelException refused(String status) {
        return new NoTunnelException("the proxy makes no tunnel, it answered " + status + " (saddlebag.call.proxy)");
    }

    /** From the text of an error that names the status. */
    static NoTunnelException refusedSaying(String text) {
        Matcher status = STATUS.matcher(text);
        return refused(status.find() ? status.group(1) : "with nothing of use");
    }
}
