package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.call.Retries;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.source.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What came of one file that was sent through the routes. */
public record DemoRun(long items, long failed, double seconds, long retries, double waitedSeconds) {

    /** Sends a file through the routes and waits for the end. */
    public static DemoRun of(Path input, Path results, Path deadLetters, Map<String, String> settings)
            throws Exception {
        Map<String, String> properties = new LinkedHashMap<>(settings);
        properties.put("saddlebag.source.file.enabled", "false");
        properties.put("saddlebag.deliver.to", "file");
        properties.put("saddlebag.deliver.file", results.toAbsolutePath().toString());
        properties.put(
                "saddlebag.dead-letter.file", deadLetters.toAbsolutePath().toString());
        long started = System.nanoTime();
        try (Standalone standalone = Standalone.start(null, properties)) {
            AtomicReference<@Nullable RunProgress> progress = new AtomicReference<>();
            standalone
                    .context()
                    .getRegistry()
                    .lookupByNameAndType("saddlebagRuns", Runs.class)
                    .listener(progress::set);
            Exchange exchange = standalone
                    .context()
                    .createProducerTemplate()
                    .send(
                            "direct:saddlebag-read",
                            message -> message.getMessage().setBody(input));
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            Retries retries = standalone.context().getRegistry().lookupByNameAndType("saddlebagRetries", Retries.class);
            RunProgress run = Objects.requireNonNull(progress.get());
            return new DemoRun(
                    run.written(),
                    run.failed(),
                    (System.nanoTime() - started) / 1e9,
                    retries.retried(),
                    retries.waited().toMillis() / 1000.0);
        }
    }

    /** A dead letter in the words of a person. */
    public static String shortened(String letter) throws IOException {
        JsonNode json = new ObjectMapper().readTree(letter);
        String detail = json.path("detail").asText("");
        return json.path("source").asText() + " line " + json.path("line").asText() + ", id "
                + json.path("id").asText() + ": " + json.path("reason").asText()
                + (detail.isEmpty() ? "" : " The endpoint says: " + detail);
    }
}
