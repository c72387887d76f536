package io.github.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProxyErrorsTest {

    static List<IOException> unconnected() {
        return List.of(
                new ConnectException("x"),
                new NoRouteToHostException("x"),
                new UnknownHostException("x"),
                new io.netty.channel.ConnectTimeoutException("x"));
    }

    @ParameterizedTest
    @MethodSource("unconnected")
    void shouldNameTheProxyWhereThereIsNoConnectionToIt(IOException problem) {
        assertThat(IoErrors.describe(VertxErrors.connecting(problem, true))).contains("proxy", "saddlebag.call.proxy");
        assertThat(IoErrors.describe(VertxErrors.connecting(problem, false))).doesNotContain("proxy");
    }

    @Test
    void shouldNameTheProxyInTheModeBatch() {
        assertThat(IoErrors.describe(ProxyDownException.meantBy(new ConnectTimeoutException("x"))))
                .contains("saddlebag.call.proxy", "saddlebag.call.connect-timeout");
        IOException late = new SocketTimeoutException("x");
        assertThat(ProxyDownException.meantBy(late)).isSameAs(late);
    }
}
