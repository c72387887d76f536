package io.github.saddlebag.http;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/** Names for what can go wrong on the wire. */
public final class IoErrors {

    private static final int MOST_CAUSES = 10;

    /** The alerts by which a server refuses ours, or that we have none (RFC 8446 6.2). */
    private static final Pattern CERTIFICATE_ALERT = Pattern.compile(
            "alert: (bad_certificate|certificate_\\w+|unsupported_certificate|unknown_ca|access_denied)");

    private IoErrors() {}

    public static String describe(Throwable error) {
        if (error instanceof ConnectTimeoutException) {
            return "no connection within its time (saddlebag.call.connect-timeout)";
        }
        if (error instanceof SocketTimeoutException) {
            return "the response did not come within its time (saddlebag.call.response-timeout)";
        }
        if (error instanceof UnknownHostException) {
            return "the host is unknown";
        }
        if (error instanceof ProxyDownException) {
            return String.valueOf(error.getMessage());
        }
        if (error instanceof ConnectException || error instanceof NoRouteToHostException) {
            return "the connection was refused";
        }
        if (error instanceof SSLException) {
            return tls(error);
        }
        if (error instanceof NoHttpResponseException) {
            return "the connection was closed before a response";
        }
        if (error instanceof ConnectionClosedException) {
            return "the connection was closed within the response";
        }
        if (error instanceof MessageConstraintException) {
            return LongHeadException.MESSAGE;
        }
        if (error instanceof SocketException) {
            return "the connection broke";
        }
        if (error instanceof ZipException || error instanceof EOFException) {
            return "the response is compressed, and that is broken or cut off";
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }

    private static String tls(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        if (root instanceof CertPathBuilderException || root instanceof CertPathValidatorException) {
            text = "the certificate is not trusted, give saddlebag.auth.trust-store (" + text + ')';
        } else if (CERTIFICATE_ALERT.matcher(text).find()) {
            text = "the server wants a certificate of ours that it trusts, give saddlebag.auth.key-store (" + text
                    + ')';
        }
        return "the TLS handshake failed: " + text;
    }

    /** The SSLException that is the error or behind it, as some clients wrap it; null: it is none. */
    static @Nullable SSLException behind(Throwable error) {
        Throwable one = error;
        for (int depth = 0; one != null && depth < MOST_CAUSES; depth++) {
            if (one instanceof SSLException ssl) {
                return ssl;
            }
            one = one.getCause();
        }
        return null;
    }
}
