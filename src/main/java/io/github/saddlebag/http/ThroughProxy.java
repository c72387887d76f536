package io.github.saddlebag.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Tells what the proxy says from what the endpoint says. (By default the client gives a proxy's refusal to make a tunnel
 * for the answer of the endpoint.)
 */
public final class ThroughProxy implements ExecChainHandler {

    private static final String TUNNELLED = "saddlebag.tunnelled";

    private ThroughProxy() {}

    public static void addTo(HttpClientBuilder builder) {
        builder.addExecInterceptorFirst("through-proxy", new ThroughProxy())
                .addExecInterceptorAfter(ChainElement.CONNECT.name(), "tunnelled", (request, scope, chain) -> {
                    scope.clientContext.setAttribute(TUNNELLED, true);
                    return chain.proceed(request, scope);
                });
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        scope.clientContext.removeAttribute(TUNNELLED);
        ClassicHttpResponse response;
        try {
            response = chain.proceed(request, scope);
        } catch (ConnectException | NoRouteToHostException | UnknownHostException | ConnectTimeoutException e) {
            throw ProxyDownException.meantBy(e);
        }
        if (scope.clientContext.getAttribute(TUNNELLED) == null) {
            int status = response.getCode();
            response.close();
            throw NoTunnelException.refused(Integer.toString(status));
        }
        return response;
    }
}
