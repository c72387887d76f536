package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that stand at an address are fetched whole beside the output, and read from there. */
@Tag("slow")
@Timeout(120)
class FetchedInputTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private byte[] content;
    /** After so many bytes the first response breaks off. */
    private int breaksOff = Integer.MAX_VALUE;

    @TempDir
    private Path folder;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/data", this::send);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        api.close();
    }

    private synchronized void send(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        asked.add(range == null ? "all" : range);
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        byte[] part = Arrays.copyOfRange(content, from, content.length);
        exchange.getResponseHeaders().add("ETag", "\"v1\"");
        exchange.sendResponseHeaders(range == null ? 200 : 206, part.length);
        exchange.getResponseBody().write(part, 0, Math.min(part.length, breaksOff));
        exchange.getResponseBody().flush();
        breaksOff = Integer.MAX_VALUE;
        exchange.close();
    }

    private CommandRun process(String path, String... more) throws Exception {
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + path;
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "process",
                                "--url",
                                api.url(),
                                "--input",
                                address,
                                "--output",
                                results().toString()),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private Path results() {
        return folder.resolve("results.jsonl");
    }

    private static byte[] lines(int items) {
        return IntStream.range(0, items)
                .mapToObj(i -> item("i" + i) + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldFetchItOnceAndReadItAsItsNameSays() throws Exception {
        content = "id,text\na,ta\nb,tb\n".getBytes(StandardCharsets.UTF_8);

        CommandRun first = process("/data/items.csv?key=secret");
        int requests = api.requests().size();
        CommandRun second = process("/data/items.csv?key=another");

        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.err()).contains("fetched to").doesNotContain("secret");
        assertThat(Files.readString(results())).contains("{\"id\":\"a\",", "{\"id\":\"b\",");
        assertThat(folder.resolve("results.jsonl.input.csv")).hasBinaryContent(content);
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(asked).hasSize(1);
        assertThat(api.requests()).hasSize(requests);
    }

    @Test
    void shouldGoOnWhereItBrokeOff() throws Exception {
        content = lines(2000);
        breaksOff = 1000;

        CommandRun run = process("/data/items.jsonl");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(asked).hasSize(2);
        assertThat(asked.get(1)).matches("bytes=\\d+-");
        assertThat(results()).content().hasLineCount(2000);
        assertThat(folder.resolve("results.jsonl.input.jsonl")).hasBinaryContent(content);
    }

    @Test
    void shouldFetchItAgainToOverwrite() throws Exception {
        content = lines(3);
        assertThat(process("/data/items.jsonl").status()).isZero();
        content = lines(5);

        CommandRun run = process("/data/items.jsonl", "--overwrite");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(results()).content().hasLineCount(5);
    }

    @Test
    void shouldRefuseWhatItCannotFetchAndDestroyNothing() throws Exception {
        content = lines(100);
        Path theirs = folder.resolve("results.jsonl.input.gz");
        Files.writeString(theirs, "theirs");

        CommandRun large = process("/data/items.jsonl", "--input-max", "1KB");
        CommandRun absent = process("/other");
        CommandRun taken = process("/data/items.gz");
        CommandRun nowhere = CommandRun.of(
                "process", "--url", api.url(), "--input", "http://127.0.0.1:1/x?key=secret", "--output", "-");

        assertThat(large.err()).contains("it has more than 1024 bytes", "--input-max");
        assertThat(absent.err()).contains("it answered 404, not 200");
        assertThat(taken.err()).contains("is there already");
        assertThat(nowhere.err()).contains("Name a file by --output").doesNotContain("secret");
        assertThat(Stream.of(large, absent, taken, nowhere).map(FetchedInputTest::status))
                .containsOnly(2);
        assertThat(theirs).hasContent("theirs");
        assertThat(folder).isDirectoryContaining("glob:**.input.gz");
        assertThat(results()).doesNotExist();
        assertThat(api.requests()).isEmpty();
    }

    private static int status(CommandRun run) {
        try {
            return run.status();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
