package io.github.saddlebag.http;

import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose TLS handshakes and responses are bounded in time and in their parts, and which an error of one request
 * leaves to the others. (By default the client closes them all for good after any {@link Error}, such as one for want of
 * memory: no later request is made.)
 */
public final class BoundedConnections extends PoolingHttpClientConnectionManager {

    private static final String SOCKET = "saddlebag.socket";

    /** The sockets below those that speak TLS. */
    private final Map<Socket, BoundedSocket> plain;

    private final Duration responseTimeout;

    private BoundedConnections(
            TlsSocketStrategy tls,
            Map<Socket, BoundedSocket> plain,
            Duration responseTimeout,
            HttpConnectionFactory<ManagedHttpClientConnection> connections) {
        super(
                new DefaultHttpClientConnectionOperator(
                        proxy -> new BoundedSocket(),
                        null,
                        null,
                        RegistryBuilder.<TlsSocketStrategy>create()
                                .register(URIScheme.HTTPS.id, tls)
                                .build()),
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.NEG_ONE_MILLISECOND,
                connections);
        this.plain = plain;
        this.responseTimeout = responseTimeout;
    }

    /**
     * @param context for TLS; null: the JVM's
     * @param handshake how long a TLS handshake may take
     * @param response how long the head of a response may take, and its body
     */
    public static BoundedConnections of(
            @Nullable SSLContext context,
            Duration handshake,
            Duration response,
            HttpConnectionFactory<ManagedHttpClientConnection> connections) {
        TlsSocketStrategy tls =
                context == null ? DefaultClientTlsStrategy.createDefault() : new DefaultClientTlsStrategy(context);
        Map<Socket, BoundedSocket> plain = Collections.synchronizedMap(new WeakHashMap<>());
        TlsSocketStrategy bounded = (socket, host, port, attachment, httpContext) -> {
            BoundedSocket below = (BoundedSocket) socket;
            below.within(handshake);
            SSLSocket secured = tls.upgrade(socket, host, port, attachment, httpContext);
            plain.put(secured, below);
            below.setSoTimeout(below.getSoTimeout());
            return secured;
        };
        return new BoundedConnections(bounded, plain, response, connections);
    }

    /** A request is about to be sent over a connection: the time of its response is the next that counts. */
    void begin(HttpClientConnection connection, HttpContext context) {
        Socket socket = connection instanceof ManagedHttpClientConnection managed ? managed.getSocket() : null;
        BoundedSocket bounded = socket instanceof BoundedSocket itself ? itself : plain.get(socket);
        if (bounded != null) {
            bounded.within(responseTimeout);
            bounded.allow(LongHeadException.MOST_BYTES);
            context.setAttribute(SOCKET, bounded);
        }
    }

    /** The head of the response was read: now it is the time of its body that counts. */
    @Nullable
    BoundedSocket beginBody(HttpContext context) {
        BoundedSocket bounded = (BoundedSocket) context.getAttribute(SOCKET);
        if (bounded != null) {
            bounded.within(responseTimeout);
        }
        return bounded;
    }

    /** At once, the client only closes them after an error of one request, whose own connection is given up anyway. */
    @Override
    public void close(CloseMode mode) {
        if (mode != CloseMode.IMMEDIATE) {
            super.close(mode);
        }
    }
}
