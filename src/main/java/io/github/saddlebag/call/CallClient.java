package io.github.saddlebag.call;

import io.github.saddlebag.config.CallSettings;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.JobState;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.http.BoundedConnections;
import io.github.saddlebag.http.CleanConnections;
import io.github.saddlebag.http.DropRest;
import io.github.saddlebag.http.Network;
import io.github.saddlebag.http.ThroughProxy;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Sends;
import java.net.URI;
import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sets up the HTTP client of the call's endpoint, and of no other: timeouts and bounds on everything, a pool as large as
 * the calls in flight, and no retries, cookies or redirects of its own. (By default the client repeats 429 and 503 once
 * by itself, sleeping {@code Retry-After} on the thread.)
 */
public final class CallClient implements HttpClientConfigurer {

    /** So that a dead host is found out within seconds, whatever the timeout is later. */
    private static final Timeout FIRST_CONNECT = Timeout.of(FirstCalls.CONNECT);

    private final Target target;
    private final Network network;
    private final Sends sends;
    private final int connections;
    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final int maxBytes;

    /** @param maxBytes the most bytes of a response */
    public CallClient(CallSettings settings, Target target, Network network, Rate rate, int maxBytes) {
        this.maxBytes = maxBytes;
        connections = settings.concurrency();
        connectTimeout = settings.connectTimeout();
        responseTimeout = settings.responseTimeout();
        sends = rate.sends();
        this.target = target;
        this.network = network;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        Timeout connect = Timeout.of(connectTimeout);
        Timeout response = Timeout.of(responseTimeout);
        CleanConnections clean = new CleanConnections();
        BoundedConnections bounded = connections(connect, response, clean);
        URI proxy = network.proxy();
        // as a planner, for the proxy of the host's component is set after this
        if (proxy == null) {
            builder.setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE));
        } else {
            builder.setRoutePlanner(
                    new DefaultProxyRoutePlanner(new HttpHost(proxy.getScheme(), proxy.getHost(), proxy.getPort())));
            ThroughProxy.addTo(builder);
        }
        builder.addRequestInterceptorFirst((request, entity, context) -> prepare(request))
                .disableContentCompression()
                .addExecInterceptorFirst(
                        "unpack", (request, scope, chain) -> UnpackedBody.in(chain.proceed(request, scope), maxBytes))
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableConnectionState()
                .addExecInterceptorBefore(ChainElement.CONNECT.name(), "clean-connections", clean)
                .addExecInterceptorLast("drop-rest", new DropRest(bounded))
                .setRequestExecutor(clean.executor(sends, bounded))
                .setConnectionManager(bounded)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(response)
                        .setResponseTimeout(response)
                        .build());
    }

    private void prepare(HttpRequest request) {
        request.setPath(path(request));
        if (!request.containsHeader(HttpHeaders.ACCEPT_ENCODING)) {
            request.setHeader(HttpHeaders.ACCEPT_ENCODING, RequestHeaders.CODINGS);
        }
    }

    /** What is asked after a job at another host gets none of the target's keys. */
    private String path(HttpRequest request) {
        Header mark = request.getFirstHeader(JobState.MARK);
        request.removeHeaders(JobState.MARK);
        if (mark == null) {
            return target.asGiven(request.getPath());
        }
        if (mark.getValue().startsWith("?")) {
            return target.asGiven(request.getPath(), mark.getValue().substring(1));
        }
        if (mark.getValue().startsWith("/")) {
            // where the endpoint sent the request on to
            return mark.getValue();
        }
        return JobState.OWN.equals(mark.getValue()) ? target.jobs().toAsk(request.getPath()) : request.getPath();
    }

    private BoundedConnections connections(Timeout connect, Timeout response, CleanConnections clean) {
        BoundedConnections made =
                BoundedConnections.of(network.sslContext(), connectTimeout, responseTimeout, clean.connections());
        made.setMaxTotal(connections);
        made.setDefaultMaxPerRoute(connections);
        made.setDefaultSocketConfig(
                SocketConfig.custom().setSoTimeout(response).setTcpNoDelay(true).build());
        made.setConnectionConfigResolver(route -> ConnectionConfig.custom()
                .setConnectTimeout(target.firstCalls().isOpen() ? shorter(connect) : connect)
                .setSocketTimeout(response)
                .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                .build());
        return made;
    }

    private static Timeout shorter(Timeout connect) {
        return connect.compareTo(FIRST_CONNECT) < 0 ? connect : FIRST_CONNECT;
    }
}
