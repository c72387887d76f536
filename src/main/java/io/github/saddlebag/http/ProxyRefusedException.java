package io.github.saddlebag.http;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxy makes no tunnel to the endpoint. */
public final class ProxyRefusedException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final Pattern STATUS = Pattern.compile("status: (\\d{3})");

    ProxyRefusedException(String status) {
        super("the proxy makes no tunnel, it answered " + status + " (saddlebag.call.proxy)");
    }

    /** From the text of an error that names the status. */
    static ProxyRefusedException of(String text) {
        Matcher status = STATUS.matcher(text);
        return new ProxyRefusedException(status.find() ? status.group(1) : "with nothing of use");
    }
}
