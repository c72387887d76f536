package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answer;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Mutations;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Responses that are right but for some of their bytes: each item has one fate within its time, and nobody else gets a
 * wrong answer, or none. What went wrong once is kept in {@code src/test/resources/responses} and tried each time.
 */
@Tag("slow")
@Timeout(120)
class RandomResponsesTest {

    private static final int FAULTY = Integer.getInteger("saddlebag.random-responses", 15);
    private static final Path KEPT = Path.of("src/test/resources/responses");

    private static final List<String> RIGHT = List.of(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n[{\"id\":\"f\",\"result\":\"no\"}]",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9;x=\"y\"\r\n[{\"id\":\"f\r\n10\r\n\",\"result\":\"no\"}]\r\n"
                    + "0\r\nX-Sum: 1\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: now\r\n\r\n[]",
            "HTTP/1.1 500 Ill\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>a",
            "HTTP/1.1 204 None\r\nConnection: keep-alive\r\n\r\n",
            "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n[{\"id\":\"f\",\"result\":\"no\"}]",
            "HTTP/1.1 307 There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u001f\u008b\b");

    /** Nobody got a wrong answer, but somebody none: that happens where the machine stands still for some seconds, too. */
    private static final class NoAnswerError extends AssertionError {

        private static final long serialVersionUID = 1L;

        private NoAnswerError(String message) {
            super(message);
        }
    }

    /** What is sent, and whether the connection is closed then. */
    private record Faulty(byte[] bytes, boolean closed) {

        private Answer answer() {
            return TestApi.wire(out -> {
                out.write(bytes);
                out.flush();
                return !closed;
            });
        }
    }

    private static Faulty random(Random random, List<byte[]> right) {
        byte[] bytes = right.get(random.nextInt(right.size()));
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            bytes = Mutations.changed(bytes, random, right);
        }
        return new Faulty(bytes, random.nextBoolean());
    }

    private static Map<String, Faulty> kept() throws IOException {
        Map<String, Faulty> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(KEPT)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                byte[] bytes = Files.readAllBytes(file);
                all.put("kept-" + name, new Faulty(bytes, name.startsWith("closed")));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldHarmNobodyElse(String mode) throws Exception {
        long seed = Mutations.seed();
        Random random = new Random(seed);
        List<byte[]> right = RIGHT.stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        Map<String, Faulty> all = kept();
        for (int i = 0; i < FAULTY; i++) {
            all.put("faulty-" + i, random(random, right));
        }
        AssertionError failed = failure(mode, all);
        if (failed instanceof NoAnswerError) {
            failed = failure(mode, all);
        }
        if (failed != null) {
            Path file = keep(mode, all, seed);
            throw new AssertionError("seed " + seed + ", least " + file + ": keep it in " + KEPT, failed);
        }
    }

    /** The one that is to blame, as small as may be, in a file. */
    private static Path keep(String mode, Map<String, Faulty> all, long seed) throws IOException {
        Map<String, Faulty> guilty = all;
        for (Map.Entry<String, Faulty> one : all.entrySet()) {
            Map<String, Faulty> alone = Map.of(one.getKey(), one.getValue());
            if (failure(mode, alone) != null) {
                guilty = alone;
                break;
            }
        }
        Faulty first = guilty.values().iterator().next();
        Path file = Path.of("target", (first.closed ? "closed-" : "open-") + mode + '-' + seed + ".http");
        byte[] least = guilty.size() > 1
                ? first.bytes
                : Mutations.shrunk(
                        bytes -> {
                            AssertionError failed = failure(mode, Map.of("a", new Faulty(bytes, first.closed)));
                            if (failed != null) {
                                throw failed;
                            }
                        },
                        first.bytes);
        return Files.write(file, least);
    }

    /** What goes wrong, or null. */
    private static AssertionError failure(String mode, Map<String, Faulty> faulty) {
        try (TestApi api = TestApi.start(request -> respond(request, faulty));
                Bundle bundle = Singles.bundle(mode)
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.single.items", "data")
                        .with("saddlebag.call.concurrency", 24)
                        .with("saddlebag.call.response-timeout", "1s")
                        .with("saddlebag.call.total-timeout", "2s")
                        .with("saddlebag.call.back-off", "1ms")
                        .with("saddlebag.call.max-pause", "50ms")
                        .with("saddlebag.call.max-attempts", 3)
                        .with("saddlebag.call.deadline", "4s")
                        .start()) {
            // whose classes are loaded meanwhile
            bundle.ask(List.of(item("first")));
            List<String> items = new ArrayList<>();
            for (String name : faulty.keySet()) {
                items.add(item(name));
                items.add(item("good-" + name));
                items.add(item("next-" + name));
            }
            long begun = System.nanoTime();
            List<Outcome> outcomes = bundle.ask(items);
            assertThat(outcomes).hasSize(items.size());
            List<Outcome> good = outcomes.stream()
                    .filter(outcome -> !faulty.containsKey(outcome.item().id()))
                    .toList();
            for (Outcome outcome : good) {
                if (!outcome.failed()) {
                    assertThat(answer(outcome)).isEqualTo(echoOf(outcome.item().id()));
                }
            }
            for (Outcome outcome : good) {
                if (outcome.failed()) {
                    throw new NoAnswerError(outcome.item().id() + ": " + outcome.failure());
                }
            }
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(40)) {
                throw new NoAnswerError("They took longer than 40 s.");
            }
            return null;
        } catch (AssertionError e) {
            return e;
        } catch (Exception e) {
            return new AssertionError(e);
        }
    }

    private static Answer respond(Request request, Map<String, Faulty> faulty) {
        String id = request.text().replaceAll("(?s).*\"id\":\"([^\"]*)\".*", "$1");
        Faulty wrong = faulty.get(id);
        return wrong == null ? Singles.either(request) : wrong.answer();
    }
}
