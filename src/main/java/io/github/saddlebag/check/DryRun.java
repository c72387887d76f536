package io.github.saddlebag.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.progress.FileRun;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.HttpStandIn;
import io.github.saddlebag.runtime.Offline;
import io.github.saddlebag.runtime.RecordedAnswer;
import io.github.saddlebag.runtime.ShippedProperties;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Items through the routes as they stand, with recorded answers in the place of the network.
 *
 * @param requests what would have been sent, in its order
 * @param results the result lines
 * @param failed how many of the items failed
 */
public record DryRun(List<Offline.Request> requests, List<String> results, long failed) {

    private static final int FIRST_SINGLES = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Sends items through the routes.
     *
     * @param config the properties file, or null for the one of the project
     * @param properties what wins over it
     * @param input a {@link Path}, an {@link io.github.saddlebag.checkpoint.InputList} or an {@link java.io.InputStream}
     * @param first how many of its items, at most
     */
    public static DryRun of(
            @Nullable Path config,
            Map<String, String> properties,
            Object input,
            long first,
            List<RecordedAnswer> answers)
            throws UsageException, IOException {
        Offline offline = new Offline(answers);
        Configuration configuration = Configuration.read(Standalone.configFile(config), null, properties);
        Map<String, String> more = new LinkedHashMap<>(atOnce());
        more.putAll(withoutToken(configuration));
        if (answers.isEmpty()) {
            more.put("saddlebag.call.max-attempts", "1");
        }
        DryRun run = run(config, properties, more, input, first, offline);
        return new DryRun(offline.requests(), run.results, run.failed);
    }

    /**
     * Sends items over the network, one request after the other, under the limits of the configuration.
     *
     * @param trial sees the requests, and lets none be made again
     */
    public static DryRun real(
            @Nullable Path config, Map<String, String> properties, Object input, long first, Trial trial)
            throws UsageException, IOException {
        return run(config, properties, Map.of("saddlebag.call.max-attempts", "1"), input, first, trial);
    }

    private static DryRun run(
            @Nullable Path config,
            Map<String, String> properties,
            Map<String, String> more,
            Object input,
            long first,
            HttpStandIn network)
            throws UsageException, IOException {
        Path folder = Files.createTempDirectory("saddlebag-check");
        try {
            Path results = folder.resolve("results.jsonl");
            FileRun run = new FileRun(results.toString(), folder.resolve("failed.jsonl"))
                    .with(withoutSources(properties))
                    .with(intoFolder(folder, results))
                    .with("saddlebag.deliver.ordered", true)
                    .with(inTurn())
                    .with(more)
                    .config(config)
                    .network(network)
                    .first(first);
            if (isSingle(Configuration.read(Standalone.configFile(config), null, properties))) {
                // one item after the other, or hosts would take turns
                run.with("saddlebag.batch.max-in-flight", 1);
            }
            FileRun.Result result = run.run(input);
            if (result.problem() != null) {
                throw new UsageException(result.problem());
            }
            List<String> lines = Files.exists(results) ? Files.readAllLines(results) : List.of();
            return new DryRun(List.of(), lines, result.failed());
        } finally {
            delete(folder);
        }
    }

    /** What the configuration says of where things go is not for rehearsals: they leave nothing behind. */
    private static Map<String, String> intoFolder(Path folder, Path results) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("saddlebag.deliver.to", "file");
        all.put("saddlebag.deliver.to-header", "");
        all.put("saddlebag.deliver.to-rule", "");
        all.put("saddlebag.deliver.details", "false");
        all.put("saddlebag.deliver.format", "jsonl");
        all.put("saddlebag.deliver.only", "all");
        all.put("saddlebag.deliver.merge", "");
        all.put("saddlebag.deliver.kafka.enabled", "false");
        all.put("saddlebag.deliver.file", results.toString());
        all.put("saddlebag.dead-letter.to", "direct:saddlebag-dead-letters");
        all.put("saddlebag.dead-letter.file", folder.resolve("failed.jsonl").toString());
        all.put("saddlebag.job.directory", "");
        return all;
    }

    /** One request after the other, and no pause or other request decides about one. */
    private static Map<String, String> inTurn() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("saddlebag.call.concurrency", "1");
        all.put("saddlebag.call.back-off", "1ms");
        all.put("saddlebag.call.max-back-off", "1ms");
        all.put("saddlebag.call.max-pause", "1ms");
        all.put("saddlebag.batch.max-wait", "20ms");
        all.put("saddlebag.breaker.minimum-number-of-calls", "10000");
        all.put("saddlebag.breaker.sliding-window-size", "10000");
        all.put("saddlebag.call.give-up-early", "false");
        all.put("saddlebag.call.refused-in-row", "0");
        return all;
    }

    /** None waits for its turn: nothing goes out. */
    private static Map<String, String> atOnce() {
        return Map.of(
                "saddlebag.call.rate", "0",
                "saddlebag.call.rate-per-lane", "0");
    }

    /** A token would be asked for over the network: something stands for it. */
    private static Map<String, String> withoutToken(Configuration configuration) {
        Map<String, String> all = new LinkedHashMap<>();
        if (configuration.isSaid("saddlebag.auth.token-url")) {
            for (String name : List.of("token-url", "client-id", "client-secret", "scope")) {
                all.put("saddlebag.auth." + name, "");
            }
            all.put("saddlebag.auth.bearer", "a-token");
        }
        return all;
    }

    /** The properties, and all sources switched off. */
    public static Map<String, String> withoutSources(Map<String, String> properties) {
        Map<String, String> all = new LinkedHashMap<>(properties);
        for (String name : ShippedProperties.all().keySet()) {
            if (name.startsWith("saddlebag.source.") && name.endsWith(".enabled")) {
                all.put(name, "false");
            }
        }
        return all;
    }

    /** The result lines of the items that failed before a request was made of them. */
    public List<String> unsent() throws IOException {
        List<String> unsent = new ArrayList<>();
        for (String line : results) {
            String error = JSON.readTree(line).path("error").asText("");
            if (!error.contains(Offline.NOTHING_SENT)) {
                unsent.add(line);
            }
        }
        return unsent;
    }

    /** The hosts of requests that are known by a name, but for that of the configured address. */
    public Set<String> named(String url) {
        Set<String> names = new TreeSet<>();
        for (Offline.Request request : requests) {
            String host = hostOf(request.url());
            if (!host.equals(hostOf(url)) && !host.startsWith("[") && !host.matches("[\\d.]+|localhost")) {
                names.add(host);
            }
        }
        return names;
    }

    private static String hostOf(String url) {
        return url.replaceFirst("^\\w+://([^/?:\\[]+|\\[[^]]*]).*$", "$1").toLowerCase(Locale.ROOT);
    }

    /** Whether each item is a request of its own. */
    public static boolean isSingle(Configuration configuration) {
        return configuration.valueOr("saddlebag.call.mode", "").equals("single");
    }

    /** How many items are shown where nobody says it: as many as a request has at most, or a few where each is one. */
    public static long first(Configuration configuration) {
        if (isSingle(configuration)) {
            return FIRST_SINGLES;
        }
        String most = configuration.valueOr("saddlebag.batch.max-items", "100");
        return most.matches("\\d{1,9}") ? Integer.parseInt(most) : 100;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
