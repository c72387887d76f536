package io.github.saddlebag.stats;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent and is over.
 *
 * @param nanos how long it took, from its first byte to the response's last
 * @param status the response's status; 0: no response came
 * @param method of HTTP
 * @param error what kind of exception ended it, or null
 * @param server where it went, if that is configured; null: an item said where
 */
public record SentCall(
        long nanos,
        CallOutcome outcome,
        int status,
        String method,
        @Nullable String error,
        @Nullable Server server) {

    /** An endpoint of the configuration. */
    public record Server(String address, int port) {

        /** That of an address, http or https. */
        public static Server of(URI uri) {
            int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
            return new Server(uri.getHost(), port);
        }
    }

    /** Its status by hundreds, such as {@code 2xx}; {@code none} where no response came. */
    public String statusClass() {
        return status < 100 || status > 599 ? "none" : status / 100 + "xx";
    }
}
