package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rate limiters that others wrote: no item fails, and few requests are refused, though no rate is configured. */
@Tag("slow")
@Timeout(120)
class RateLimitersTest {

    private static final Path SERVERS = Path.of("src/test/servers");
    private static final int REQUESTS = 400;
    private static final double MOST_REFUSED = 0.1;

    @TempDir
    private Path folder;

    /** Each generation of its headers says in its own way what is left: {@code X-RateLimit-*}, drafts 6, 7 and 8. */
    @Test
    void shouldObeyExpressRateLimitInAllGenerationsOfItsHeaders() throws Exception {
        Path node = Server.program("node", "install Node.js 20 or newer.");
        Server.needed(
                Files.isDirectory(SERVERS.resolve("node_modules/express-rate-limit")),
                "express-rate-limit is not installed: npm ci --prefix src/test/servers");
        try (Server server =
                Server.start(new ProcessBuilder(node.toString(), "rate-limit.js").directory(SERVERS.toFile()))) {
            String address = "http://127.0.0.1:" + server.firstLine();

            CompletableFuture.allOf(Stream.of("legacy", "draft-6", "draft-7", "draft-8")
                            .map(generation -> Async.run(() -> assertAllAnswered(address + "/" + generation)))
                            .toArray(CompletableFuture[]::new))
                    .join();

            for (JsonNode count : Server.get(address + "/counts")) {
                assertThat(count.path("requests").intValue()).as("%s", count).isGreaterThanOrEqualTo(REQUESTS);
                assertThat(count.path("refused").intValue()).as("%s", count).isLessThanOrEqualTo((int)
                        (MOST_REFUSED * count.path("requests").intValue()));
            }
        }
    }

    /** It refuses with 503, and says neither how long nor how much is left. */
    @Test
    void shouldLearnThePaceOfNginx() throws Exception {
        Path nginx = Server.program("nginx", "install nginx-light.");
        int port = Server.freePort();
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Path log = folder.resolve("access.log");
            Files.writeString(folder.resolve("nginx.conf"), configuration(port, api.port()));
            try (Server server = Server.start(new ProcessBuilder(
                    nginx.toString(), "-p", folder.toString(), "-c", "nginx.conf", "-e", "error.log"))) {
                server.listening(port);

                assertAllAnswered("http://127.0.0.1:" + port + "/batch");
            }
            List<String> statuses = Files.readAllLines(log);
            long refused = statuses.stream().filter("503"::equals).count();
            assertThat(statuses).hasSizeGreaterThanOrEqualTo(REQUESTS);
            assertThat(refused).isLessThanOrEqualTo((long) (MOST_REFUSED * statuses.size()));
        }
    }

    private static String configuration(int port, int target) {
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                events {}
                http {
                    limit_req_zone $server_name zone=all:1m rate=50r/s;
                    log_format status $status;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    server {
                        listen 127.0.0.1:%d;
                        access_log access.log status;
                        location / {
                            limit_req zone=all burst=10 nodelay;
                            proxy_pass http://127.0.0.1:%d;
                        }
                    }
                }
                """.formatted(port, target);
    }

    private static void assertAllAnswered(String url) throws Exception {
        List<String> items = IntStream.range(0, REQUESTS)
                .mapToObj(i -> "{\"id\":" + i + ",\"text\":\"t\"}")
                .toList();
        try (Bundle bundle = Bundle.all()
                .with("saddlebag.call.url", url)
                .with("saddlebag.batch.max-items", 1)
                .start()) {
            assertThat(bundle.ask(items)).as(url).hasSize(REQUESTS).noneMatch(Outcome::failed);
        }
    }
}
