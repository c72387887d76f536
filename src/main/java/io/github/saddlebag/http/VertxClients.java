package io.github.saddlebag.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;

/**
 * The clients of Vert.x: one for HTTP/1.1, and one for HTTP/2 where a host has it.
 *
 * @param connected is told of each new connection
 */
record VertxClients(Vertx vertx, Wire.Terms terms, Handler<HttpConnection> connected) {

    private static final int CONNECTION_WINDOW = 8 << 20;
    private static final int STREAM_WINDOW = 1 << 20;
    private static final Duration IDLE = Duration.ofSeconds(30);

    HttpClient http1() {
        return client(options().setProtocolVersion(HttpVersion.HTTP_1_1));
    }

    /** Over TLS by ALPN, and HTTP/1.1 where a host has no other; in clear text without asking. */
    HttpClient http2() {
        return client(options()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2KeepAliveTimeout((int) IDLE.toSeconds())
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(new Http2Settings()
                        .setPushEnabled(false)
                        .setMaxHeaderListSize(LongHeadException.MOST_BYTES)
                        .setInitialWindowSize(STREAM_WINDOW)));
    }

    private HttpClientOptions options() {
        URI proxy = terms.network().proxy();
        HttpClientOptions options = new HttpClientOptions();
        if (proxy != null) {
            options.setProxyOptions(new ProxyOptions()
                    .setType(ProxyType.HTTP)
                    .setHost(proxy.getHost())
                    .setPort(proxy.getPort()));
        }
        X509KeyManager own = terms.network().keyManager();
        if (own != null) {
            options.setKeyCertOptions(KeyCertOptions.wrap(own));
        }
        TrustManager trusted = terms.network().trustManager();
        if (trusted != null) {
            options.setTrustOptions(TrustOptions.wrap(trusted));
        }
        return options.setKeepAlive(true)
                .setKeepAliveTimeout((int) IDLE.toSeconds())
                .setTcpNoDelay(true)
                .setMaxHeaderSize(LongHeadException.MOST_BYTES)
                .setMaxInitialLineLength(LongHeadException.MOST_BYTES)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(terms.connectTimeout().toMillis())
                .setConnectTimeout(
                        (int) Math.min(Integer.MAX_VALUE, terms.connectTimeout().toMillis()));
    }

    private HttpClient client(HttpClientOptions options) {
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions()
                        .setHttp1MaxSize(terms.connectionsPerHost())
                        .setHttp2MaxSize(1)
                        .setEventLoopSize(1))
                .withConnectHandler(connected)
                .build();
    }
}
