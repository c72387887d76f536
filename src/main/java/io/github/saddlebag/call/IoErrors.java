package io.github.saddlebag.call;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Names for what can go wrong on the wire. */
final class IoErrors {

    private IoErrors() {}

    static String describe(Throwable error) {
        if (error instanceof ConnectTimeoutException) {
            return "no connection within its time (saddlebag.call.connect-timeout)";
        }
        if (error instanceof SocketTimeoutException) {
            return "the response did not come within its time (saddlebag.call.response-timeout)";
        }
        if (error instanceof UnknownHostException) {
            return "the host is unknown";
        }
        if (error instanceof ConnectException || error instanceof NoRouteToHostException) {
            return "the connection was refused";
        }
        if (error instanceof SSLException) {
            return "the TLS handshake failed: " + error.getMessage();
        }
        if (error instanceof NoHttpResponseException) {
            return "the connection was closed before a response";
        }
        if (error instanceof ConnectionClosedException) {
            return "the connection was closed within the response";
        }
        if (error instanceof SocketException) {
            return "the connection broke";
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
