package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Numbered items, and an API that answers those from one on too late, so that a run can be killed where it is wanted. */
final class HeldItems {

    private static final Pattern DONE = Pattern.compile("\"items\":(\\d+)");

    /** Items from this one on have no answer in time. */
    private volatile int held = Integer.MAX_VALUE;

    TestApi api() {
        return TestApi.start(request -> TestApi.echo(request).after(isHeld(request) ? 60_000 : 1));
    }

    private boolean isHeld(TestApi.Request request) {
        return request.ids().stream().anyMatch(id -> id.matches("\\d+") && Integer.parseInt(id) >= held);
    }

    /** Kills a run into {@code results.jsonl} that has come to about an item, and cannot go beyond it. */
    void killAt(int item, Path folder, List<String> command) throws Exception {
        held = item;
        Path checkpoint = folder.resolve("results.jsonl.checkpoint");
        try (ChildRun child = ChildRun.start(folder, command)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> done(checkpoint) >= item - 200);
            child.kill();
            assertThat(child.status()).as(child.said()).isEqualTo(137);
        }
        held = Integer.MAX_VALUE;
    }

    /** How many are done, as the checkpoint says. */
    static int done(Path checkpoint) throws IOException {
        if (Files.notExists(checkpoint)) {
            return 0;
        }
        Matcher done = DONE.matcher(Files.readString(checkpoint, StandardCharsets.ISO_8859_1));
        int most = 0;
        while (done.find()) {
            most = Math.max(most, Integer.parseInt(done.group(1)));
        }
        return most;
    }

    /** The lines of some. */
    static String lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"id\":\"" + i + "\",\"text\":\"t" + i + "\"}\n")
                .collect(Collectors.joining());
    }
}
