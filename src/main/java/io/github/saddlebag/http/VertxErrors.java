package io.github.saddlebag.http;

import io.github.saddlebag.support.Unrecoverable;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.proxy.ProxyConnectException;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import java.io.IOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Names for what Vert.x says went wrong, in the terms of {@link IoErrors}. */
final class VertxErrors {

    private static final long REFUSED_STREAM = 0x7;

    private VertxErrors() {}

    /** Why there is no connection. */
    static IOException connecting(Throwable problem, boolean proxied) {
        if (proxied && problem instanceof ProxyConnectException) {
            return NoTunnelException.refusedSaying(String.valueOf(problem.getMessage()));
        }
        IOException plain = connecting(problem);
        return proxied ? ProxyDownException.meantBy(plain) : plain;
    }

    private static IOException connecting(Throwable problem) {
        if (problem instanceof io.netty.channel.ConnectTimeoutException
                || problem instanceof NoStackTraceTimeoutException) {
            return new ConnectTimeoutException("no connection within its time");
        }
        return broken(problem, false);
    }

    /** What is wrong where a request that was not looked at can be told from one that may have been. */
    static IOException unanswered(Throwable problem, HttpClientRequest request, boolean begun) {
        GoAway goAway = problem instanceof HttpClosedException closed ? closed.goAway() : null;
        return goAway != null && request.streamId() > goAway.getLastStreamId()
                ? new NotProcessedException()
                : broken(problem, begun);
    }

    /** @param begun whether the response had begun */
    static IOException broken(Throwable problem, boolean begun) {
        if (problem instanceof StreamResetException reset) {
            return new IOException(
                    reset.getCode() == REFUSED_STREAM
                            ? "the endpoint has no room for the request (REFUSED_STREAM)"
                            : "the endpoint broke off (RST_STREAM with code " + reset.getCode() + ')');
        }
        if (problem instanceof TooLongFrameException) {
            return new LongHeadException();
        }
        if (problem instanceof HttpClosedException) {
            return begun
                    ? new ConnectionClosedException("closed within the response")
                    : new NoHttpResponseException("closed before a response");
        }
        if (problem instanceof Errors.NativeIoException) {
            return new SocketException(problem.getMessage());
        }
        SSLException tls = IoErrors.behind(problem);
        if (tls != null) {
            return tls;
        }
        if (problem instanceof IOException io) {
            return io;
        }
        return new IOException(
                problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage(),
                Unrecoverable.in(problem));
    }
}
