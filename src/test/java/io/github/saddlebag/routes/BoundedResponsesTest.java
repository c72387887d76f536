package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Faults;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses without an end in some part or in time: each item has its fate soon, and others are served. */
@Tag("slow")
@Timeout(120)
class BoundedResponsesTest {

    private static final String LATE = "the response did not come within its time";
    private static final String LARGE = "more than 65536 bytes";

    private final Map<String, Answer> faults = new HashMap<>();
    private final JobApi jobs = new JobApi(1);
    private final TestApi api = TestApi.start(this::answer);
    private Bundle bundle;

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private Answer answer(Request request) throws Exception {
        for (Map.Entry<String, Answer> fault : faults.entrySet()) {
            if (request.text().contains('"' + fault.getKey() + '"')
                    || request.target().endsWith(fault.getKey())) {
                return fault.getValue();
            }
        }
        return bundle.context()
                        .resolvePropertyPlaceholders("{{saddlebag.call.mode}}")
                        .equals("job")
                ? jobs.answer(request)
                : Singles.either(request);
    }

    private void start(String mode) throws Exception {
        bundle = Singles.bundle(mode)
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.single.items", "data")
                .with("saddlebag.call.concurrency", 40)
                .with("saddlebag.call.response-timeout", "800ms")
                .with("saddlebag.call.total-timeout", "1600ms")
                .with("saddlebag.call.max-attempts", 1)
                .start();
    }

    private List<Outcome> askAll(String good) {
        List<String> items = new ArrayList<>(List.of(item(good + 1), item(good + 2)));
        faults.keySet().stream().sorted().forEach(name -> items.add(item(name)));
        items.add(item(good + 3));
        return bundle.ask(items);
    }

    private void shouldRefuse(String mode, String reason) throws Exception {
        start(mode);
        // while classes are loaded
        bundle.ask(List.of(item("warm")));
        long begun = System.nanoTime();

        List<Outcome> outcomes = askAll("good");

        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(outcomes).hasSize(faults.size() + 3);
        for (Outcome outcome : outcomes) {
            String id = outcome.item().id();
            if (faults.containsKey(id)) {
                assertThat(outcome.failed()).as(id).isTrue();
                assertThat(outcome.failure().reason()).as(id).contains(reason);
            } else {
                assertThat(answers(List.of(outcome))).containsExactly(echoOf(id));
            }
        }
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        askOthers("later");
    }

    private void askOthers(String name) {
        List<Outcome> outcomes = bundle.ask(List.of(item(name + 1), item(name + 2)));
        assertThat(answers(outcomes)).containsExactly(echoOf(name + 1), echoOf(name + 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single", "job"})
    void shouldEndWhatDripsWithinItsTime(String mode) throws Exception {
        faults.putAll(Faults.dripping());

        shouldRefuse(mode, LATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single", "job"})
    void shouldReadNoMoreOfWhatIsEndlessThanThereMayBe(String mode) throws Exception {
        faults.putAll(Faults.endless());
        faults.put("interim-flood", Faults.interimFlood());

        shouldRefuse(mode, LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldReadWhatIsUnusualButRight(String mode) throws Exception {
        start(mode);
        api.behave(request -> Faults.elaborate(Singles.either(request).body()));

        askOthers("a");
    }

    /** A request that is never read, of a size that no socket takes by itself. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldEndARequestThatNobodyReads(String mode) throws Exception {
        try (ServerSocket deaf = new ServerSocket()) {
            deaf.setReceiveBufferSize(16 * 1024);
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            bundle = Singles.bundle(mode)
                    .with("saddlebag.call.url", "http://127.0.0.1:" + deaf.getLocalPort() + "/batch")
                    .with("saddlebag.call.response-timeout", "500ms")
                    .with("saddlebag.call.total-timeout", "1s")
                    .with("saddlebag.call.max-attempts", 1)
                    .with("saddlebag.batch.max-bytes", "32MB")
                    .start();

            List<Outcome> outcomes = bundle.ask(List.of("{\"id\":\"a\",\"text\":\"" + "x".repeat(16 << 20) + "\"}"));

            assertThat(outcomes.get(0).failure().reason()).contains(LATE);
        }
    }

    /** What every client does at the begin of TLS is to wait for the other side. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldEndATlsHandshakeThatDrips(String mode) throws Exception {
        byte[] endless = {0x16, 3, 3, 0x3f, (byte) 0xff, 2, 0, 0x3f, (byte) 0xfb};
        try (ServerSocket slow = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread dripping = new Thread(() -> {
                try (Socket socket = slow.accept()) {
                    for (int i = 0; ; i++) {
                        socket.getOutputStream().write(i < endless.length ? endless[i] : 0);
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // the client has had enough
                }
            });
            dripping.start();
            bundle = Singles.bundle(mode)
                    .with("saddlebag.call.url", "https://127.0.0.1:" + slow.getLocalPort() + "/batch")
                    .with("saddlebag.call.connect-timeout", "500ms")
                    .with("saddlebag.call.max-attempts", 1)
                    .with("saddlebag.call.deadline", "10ms")
                    .start();

            List<Outcome> outcomes = bundle.ask(List.of(item("a")));

            assertThat(outcomes.get(0).failed()).isTrue();
            dripping.join(5000);
            assertThat(dripping.isAlive()).isFalse();
        }
    }
}
