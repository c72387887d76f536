package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.TestApi;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server that others wrote, as a process that ends with its test. */
final class Server implements AutoCloseable {

    private final Process process;

    private Server(Process process) {
        this.process = process;
    }

    /**
     * Where a program is. Without it the test is skipped; where {@code SADDLEBAG_REAL_SERVERS} is {@code required}, as in
     * CI, it fails.
     */
    static Path program(String name, String cure) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        needed(found.isPresent(), name + " is not installed: " + cure);
        return found.orElseThrow();
    }

    /** Something that the test cannot do without; where it is missing, the output of the build says so. */
    static void needed(boolean there, String reason) {
        if ("required".equals(System.getenv("SADDLEBAG_REAL_SERVERS"))) {
            assertThat(there).as(reason).isTrue();
        }
        if (!there) {
            System.err.println("A test is skipped: " + reason);
        }
        assumeTrue(there, reason);
    }

    static Server start(ProcessBuilder builder) throws IOException {
        return new Server(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** The first line that it says. */
    String firstLine() throws IOException {
        // not closed: the process writes to it until it ends
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return said.readLine();
    }

    /** Waits until it listens. */
    Server listening(int port) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return true;
            }
        });
        return this;
    }

    /** The JSON that it answers to a GET. */
    static JsonNode get(String address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return TestApi.JSON.readTree(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
