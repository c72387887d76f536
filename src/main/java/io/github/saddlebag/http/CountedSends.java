package io.github.saddlebag.http;

import io.github.saddlebag.pace.Sends;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a limit on requests at the last moment, when there is a connection and the first byte is to be written, and counts
 * from when the last one was.
 */
final class CountedSends extends HttpRequestExecutor {

    private final Sends sends;
    private final Check check;

    /** Looks at a connection just before a request is sent over it. */
    interface Check {
        void check(HttpClientConnection connection, HttpContext context) throws IOException;
    }

    CountedSends(Sends sends, Check check) {
        this.sends = sends;
        this.check = check;
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback informed,
            HttpContext context)
            throws IOException, HttpException {
        if (!sends.isLimited() || Method.CONNECT.isSame(request.getMethod())) {
            // there is nothing to count, or it is for a proxy
            check.check(connection, context);
            return super.execute(request, connection, informed, context);
        }
        long place = begin();
        boolean[] written = new boolean[1];
        HttpClientConnection counted = (HttpClientConnection) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpClientConnection.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (!written[0] && method.getName().equals("flush")) {
                            written[0] = true;
                            sends.written(place);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
        try {
            check.check(connection, context);
            return super.execute(request, counted, informed, context);
        } finally {
            if (!written[0]) {
                sends.written(place);
            }
        }
    }

    private long begin() throws InterruptedIOException {
        long place = sends.begin();
        while (place < 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(-place);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped before the request was made");
            }
            place = sends.begin();
        }
        return place;
    }
}
