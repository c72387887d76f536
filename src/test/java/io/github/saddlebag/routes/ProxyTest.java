package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import io.github.saddlebag.testing.TestProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All calls go through a proxy: what it is asked for, what may not be asked for, and what it may answer. */
@Tag("slow")
@Timeout(120)
class ProxyTest {

    @TempDir
    private Path folder;

    private final TestApi api = TestApi.start(Singles::either);
    private final List<AutoCloseable> open = new ArrayList<>(List.of(api));

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private Bundle bundle(String mode, String proxy) {
        Bundle bundle = Singles.bundle(mode)
                .with("saddlebag.call.url", "http://api.example.com/batch?a=1")
                .with("saddlebag.call.proxy", proxy)
                .with("saddlebag.call.deadline", "2s")
                .with("saddlebag.call.max-attempts", 2);
        open.add(0, bundle);
        return bundle;
    }

    private String proxy() {
        return "http://127.0.0.1:" + api.port();
    }

    private TestProxy tunnels(String status, int port) {
        TestProxy proxy = TestProxy.start(status, port);
        open.add(proxy);
        return proxy;
    }

    /** RFC 9112 3.2.2. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldBeAskedForTheWholeAddress(String mode) throws Exception {
        Bundle bundle = bundle(mode, proxy()).start();

        assertThat(bundle.ask(items(4))).noneMatch(Outcome::failed);

        assertThat(api.requests()).hasSize(4).allSatisfy(request -> {
            assertThat(request.target()).isEqualTo("http://api.example.com/batch?a=1");
            assertThat(request.headers()).containsEntry("host", "api.example.com");
        });
    }

    @Test
    void shouldBeAskedForWhatItemsNameAsWell() throws Exception {
        api.behave(request -> request.target().equals("http://api.example.com/moved")
                ? TestApi.answer(302, "").with("Location", "http://there.example.com/x")
                : TestApi.answer(200, "1"));
        Bundle bundle = bundle("single", proxy())
                .with("saddlebag.call.allow-hosts", "there.example.com,93.184.216.34")
                .start();

        List<Outcome> outcomes = bundle.ask(List.of(
                "\"http://there.example.com/a?b=c\"", "\"http://93.184.216.34:81/\"", "\"/relative\"", "\"/moved\""));

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests())
                .extracting(Request::target)
                .containsExactlyInAnyOrder(
                        "http://there.example.com/a?b=c",
                        "http://93.184.216.34:81/",
                        "http://api.example.com/relative",
                        "http://api.example.com/moved",
                        "http://there.example.com/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://localhost/",
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]/",
                "https://127.0.0.1/",
                "https://localhost/"
            })
    void shouldNotBeAskedForTheInside(String url) throws Exception {
        api.behave(request -> TestApi.answer(302, "").with("Location", url));
        Bundle bundle = bundle("single", proxy()).start();

        List<Outcome> outcomes = bundle.ask(List.of("\"" + url + "\"", "\"/redirects\""));

        assertThat(outcomes).allSatisfy(o -> assertThat(o.failure().reason()).contains("saddlebag.call.allow-hosts"));
        assertThat(api.requests()).extracting(Request::target).containsExactly("http://api.example.com/redirects");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldBeAskedForATunnelWhereTheEndpointSpeaksTls(String mode) throws Exception {
        Certificates certificates = new Certificates(folder);
        Path key = certificates.key("api", "dns:api.example.com");
        Path trust = certificates.trust("trust", key);
        TestApi secure = TestApi.startTls(Certificates.context(key, trust), false, Singles::either);
        open.add(secure);
        TestProxy proxy = tunnels("200 OK", secure.port());
        Bundle bundle = bundle(mode, proxy.url())
                .with("saddlebag.call.url", "https://api.example.com/batch?a=1")
                .with("saddlebag.auth.trust-store", trust)
                .with("saddlebag.auth.trust-store-password", Certificates.PASSWORD)
                .with("saddlebag.call.header.X-Key", "5ecret")
                .start();

        assertThat(bundle.ask(items(4))).noneMatch(Outcome::failed);

        assertThat(proxy.asked())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).isEqualTo("CONNECT api.example.com:443 HTTP/1.1"));
        assertThat(secure.requests()).hasSize(4).allSatisfy(request -> {
            assertThat(request.target()).isEqualTo("/batch?a=1");
            assertThat(request.headers()).containsEntry("x-key", "5ecret");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "batch, http://api.example.com/, 407 Proxy Authentication Required",
        "single, http://api.example.com/, 407 Proxy Authentication Required",
        "batch, https://api.example.com/, 407 Proxy Authentication Required",
        "single, https://api.example.com/, 407 Proxy Authentication Required",
        "batch, https://api.example.com/, 403 Forbidden",
        "single, https://api.example.com/, 403 Forbidden",
        "batch, https://api.example.com/, 502 Bad Gateway",
        "single, https://api.example.com/, 502 Bad Gateway"
    })
    void shouldBeNamedWhereItRefuses(String mode, String url, String status) throws Exception {
        TestProxy proxy = tunnels(status, api.port());
        Bundle bundle =
                bundle(mode, proxy.url()).with("saddlebag.call.url", url).start();

        List<Outcome> outcomes = bundle.ask(items(4));

        assertThat(outcomes)
                .hasSize(4)
                .allSatisfy(outcome -> assertThat(outcome.failure().reason())
                        .contains("proxy", status.substring(0, 3), "saddlebag.call.proxy"));
        assertThat(api.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "batch, http://api.example.com/",
        "single, http://api.example.com/",
        "batch, https://api.example.com/",
        "single, https://api.example.com/"
    })
    void shouldBeNamedWhereItIsDown(String mode, String url) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Bundle bundle = bundle(mode, "http://127.0.0.1:" + port)
                .with("saddlebag.call.url", url)
                .with("saddlebag.call.deadline", "1s")
                .start();

        List<Outcome> outcomes = bundle.ask(items(4));

        assertThat(outcomes)
                .hasSize(4)
                .allSatisfy(outcome ->
                        assertThat(outcome.failure().reason()).contains("proxy", "refused", "saddlebag.call.proxy"));
    }

    /** It is not the endpoint's name that is unknown: that one, nobody but the proxy looks up. */
    @ParameterizedTest
    @CsvSource({
        "batch, http://api.example.com/",
        "single, http://api.example.com/",
        "batch, https://api.example.com/",
        "single, https://api.example.com/"
    })
    void shouldBeNamedWhereItsNameIsUnknown(String mode, String url) throws Exception {
        Bundle bundle = bundle(mode, "http://proxy.invalid:3128")
                .with("saddlebag.call.url", url)
                .start();

        List<Outcome> outcomes = bundle.ask(items(4));

        assertThat(outcomes)
                .hasSize(4)
                .allSatisfy(outcome -> assertThat(outcome.failure().reason())
                        .contains("the host of the proxy is unknown", "saddlebag.call.proxy"));
    }

    @Test
    void shouldNotBeNamedWhereTheHostOfAnItemIsUnknown() throws Exception {
        Bundle bundle = bundle("single", proxy()).start();

        assertThat(bundle.ask(List.of("\"http://api.invalid/\"")))
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure().reason())
                        .contains("the host is unknown")
                        .doesNotContain("proxy"));
    }

    /** All connections lead to the proxy, but those of one host are in use while those of another are not. */
    @Test
    void shouldNotLoseConnectionsInUseWhereThereIsNoRoomForMore() throws Exception {
        api.behave(request -> TestApi.answer(200, "1").after(request.target().contains("/slow") ? 150 : 5));
        Bundle bundle = bundle("single", proxy())
                .with("saddlebag.call.allow-hosts", "*.example.com")
                .with("saddlebag.single.connections", 4)
                .start();
        List<String> items = new ArrayList<>();
        IntStream.range(0, 60)
                .forEach(i ->
                        items.add("\"http://h" + i % 12 + ".example.com/" + (i % 5 == 0 ? "slow" : "fast") + "\""));

        List<Outcome> outcomes = bundle.ask(items);

        assertThat(outcomes).noneMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(60);
    }
}
