package io.github.saddlebag.servers;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Async;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two instances behind nginx, restarted in turn under load: nobody notices. */
@Tag("slow")
@Timeout(180)
class TwoInstancesTest {

    private static final int RESTARTS = Integer.getInteger("saddlebag.restarts", 2);
    private static final int CALLERS = 8;

    @TempDir
    private Path folder;

    private static Bundle instance(int port, TestApi api) throws Exception {
        return Bundle.all()
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.source.http.enabled", true)
                .with("saddlebag.source.http.port", port)
                .start();
    }

    @Test
    void shouldFailNoRequestWhileTheyAreRestartedInTurn() throws Exception {
        Path nginx = Server.program("nginx", "install nginx-light.");
        int port = Server.freePort();
        int[] ports = {Server.freePort(), Server.freePort()};
        Files.writeString(folder.resolve("nginx.conf"), configuration(port, ports));
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Bundle[] instances = new Bundle[2];
        try (TestApi api = TestApi.start(request -> TestApi.echo(request).after(10));
                Server server = Server.start(new ProcessBuilder(
                        nginx.toString(), "-p", folder.toString(), "-c", "nginx.conf", "-e", "error.log"))) {
            server.listening(port);
            for (int i = 0; i < 2; i++) {
                instances[i] = instance(ports[i], api);
            }
            List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                    .mapToObj(caller -> Async.run(() -> call(port, caller, over, answered, failed)))
                    .toList();
            for (int i = 0; i < RESTARTS; i++) {
                awaitMore(answered, 50);
                instances[i % 2].close();
                awaitMore(answered, 50);
                instances[i % 2] = instance(ports[i % 2], api);
            }
            awaitMore(answered, 50);
            over.set(true);
            callers.forEach(CompletableFuture::join);
        } finally {
            over.set(true);
            for (Bundle each : instances) {
                if (each != null) {
                    each.close();
                }
            }
        }

        assertThat(failed).as("of %s", answered).isEmpty();
    }

    private static void awaitMore(AtomicInteger count, int more) {
        int before = count.get();
        Awaitility.await().until(() -> count.get() >= before + more);
    }

    private static void call(int port, int caller, AtomicBoolean over, AtomicInteger answered, Queue<String> failed) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; !over.get(); i++) {
            String id = caller + "-" + i;
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/items"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(item(id)))
                    .build();
            try {
                HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                if (response.statusCode() != 200 || !response.body().equals(echoOf(id))) {
                    failed.add(response.statusCode() + " " + response.body());
                }
            } catch (Exception e) {
                failed.add(e.toString());
            }
            answered.incrementAndGet();
        }
    }

    private static String configuration(int port, int[] ports) {
        return """
                daemon off;
                master_process off;
                pid nginx.pid;
                events { worker_connections 256; }
                http {
                    access_log off;
                    upstream two {
                        server 127.0.0.1:%d max_fails=0;
                        server 127.0.0.1:%d max_fails=0;
                        keepalive 16;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        location / {
                            proxy_pass http://two;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_next_upstream error timeout http_503 non_idempotent;
                        }
                    }
                }
                """.formatted(ports[0], ports[1], port);
    }
}
