package io.github.saddlebag.servers;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Certificates;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxies of the page on operations, with what it says of them: TLS, and nobody notices that an instance stops. */
@Tag("slow")
@Timeout(120)
class ProxiesTest {

    private final int port = Server.freePort();
    private final int[] ports = {Server.freePort(), Server.freePort()};

    @TempDir
    private Path folder;

    private HttpClient client;

    @BeforeEach
    void makeCertificate() throws Exception {
        Certificates certificates = new Certificates(folder);
        Path key = certificates.key("items", "dns:localhost,ip:127.0.0.1");
        KeyStore store = KeyStore.getInstance(key.toFile(), Certificates.PASSWORD.toCharArray());
        String certificate = pem("CERTIFICATE", store.getCertificate("items").getEncoded());
        String secret = pem(
                "PRIVATE KEY",
                store.getKey("items", Certificates.PASSWORD.toCharArray()).getEncoded());
        Files.writeString(folder.resolve("certificate.pem"), certificate);
        Files.writeString(folder.resolve("key.pem"), secret);
        Files.writeString(folder.resolve("both.pem"), certificate + secret);
        client = HttpClient.newBuilder()
                .sslContext(Certificates.context(key, certificates.trust("trusted", key)))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private Bundle instance(int number, TestApi api) throws Exception {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.http.enabled", true)
                .with("saddlebag.source.http.path", "/")
                .with("saddlebag.source.http.port", ports[number])
                .start();
    }

    private String here(String configuration) {
        return configuration
                .replace("127.0.0.1:8081", "127.0.0.1:" + ports[0])
                .replace("127.0.0.1:8082", "127.0.0.1:" + ports[1])
                .replace("listen 443", "listen 127.0.0.1:" + port)
                .replace("bind :443", "bind 127.0.0.1:" + port)
                .replace(
                        "/etc/ssl/certs/items.example.com.pem",
                        folder.resolve("certificate.pem").toString())
                .replace(
                        "/etc/ssl/private/items.example.com.key",
                        folder.resolve("key.pem").toString())
                .replace(
                        "/etc/haproxy/items.example.com.pem",
                        folder.resolve("both.pem").toString());
    }

    @Test
    void shouldServeBehindNginxAsDocumented() throws Exception {
        Path nginx = Server.program("nginx", "install nginx-light.");
        String documented = here(Page.of("operations.md").code("nginx").get(0));
        Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off; master_process off; pid nginx.pid; events { }\nhttp { access_log off;\n" + documented
                        + "}\n",
                StandardCharsets.UTF_8);
        serve(
                new ProcessBuilder(nginx.toString(), "-p", folder.toString(), "-c", "nginx.conf", "-e", "error.log"),
                true);
    }

    @Test
    void shouldServeBehindHaproxyAsDocumented() throws Exception {
        Path haproxy = Server.program("haproxy", "install haproxy.");
        String documented = here(Page.of("operations.md").code("haproxy").get(0));
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), documented, StandardCharsets.UTF_8);
        serve(new ProcessBuilder(haproxy.toString(), "-db", "-q", "-f", file.toString()), false);
    }

    /** @param inTurn whether the other may stop as soon as the one is back, without a look at its health between */
    private void serve(ProcessBuilder proxy, boolean inTurn) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle one = instance(0, api);
                Bundle other = instance(1, api);
                Server server = Server.start(proxy)) {
            server.listening(port);
            assertAnswered("a", 6);

            one.close();
            assertAnswered("b", 6);

            if (inTurn) {
                try (Bundle again = instance(0, api)) {
                    other.close();
                    assertAnswered("c", 6);
                    assertThat(again.context().isStarted()).isTrue();
                }
            }
            assertThat(api.requests()).hasSize(inTurn ? 18 : 12);
        }
    }

    private void assertAnswered(String prefix, int count) throws Exception {
        assertThat(get("/health").statusCode()).isEqualTo(200);
        for (int i = 0; i < count; i++) {
            String id = prefix + i;
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(item(id)))
                    .build();
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.body()).as("status %d", response.statusCode()).isEqualTo(echoOf(id));
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
