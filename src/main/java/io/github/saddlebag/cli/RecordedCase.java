package io.github.saddlebag.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.check.DryRun;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.Offline;
import io.github.saddlebag.runtime.RecordedAnswer;
import io.github.saddlebag.runtime.Secrets;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.Profiles;
import io.github.saddlebag.setting.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder with items, the answers to their requests, and what must come of it. */
record RecordedCase(Path folder) {

    private static final List<String> ITEMS = List.of("items.jsonl", "items.json", "items.csv", "items.txt");
    private static final List<String> ANSWERS = List.of("answer.json", "answer.http", "answers.jsonl");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static boolean isOne(Path folder) {
        return items(folder).isPresent();
    }

    /** The folder, if it is a case; else those in it. */
    static List<RecordedCase> in(Path folder) throws UsageException, IOException {
        if (isOne(folder)) {
            return List.of(new RecordedCase(folder));
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException("--cases " + folder + ": there is no such folder.");
        }
        try (Stream<Path> folders = Files.list(folder)) {
            List<RecordedCase> found = folders.filter(RecordedCase::isOne)
                    .sorted()
                    .map(RecordedCase::new)
                    .toList();
            if (found.isEmpty()) {
                throw new UsageException("--cases " + folder
                        + ": neither it nor a folder in it has a file items.jsonl (or .json, .csv, .txt).");
            }
            return found;
        }
    }

    private static Optional<Path> items(Path folder) {
        return ITEMS.stream().map(folder::resolve).filter(Files::exists).findFirst();
    }

    /** Runs it; in what it differs, without secrets, nothing where all is as it must be. */
    List<String> run(EndpointOptions endpoint) throws UsageException, IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        Path own = folder.resolve("application.properties");
        if (Files.exists(own)) {
            properties.putAll(Profiles.read(TextFile.read(own)));
        }
        properties.putAll(endpoint.properties());
        List<RecordedAnswer> answers = new ArrayList<>();
        for (String name : ANSWERS) {
            if (Files.exists(folder.resolve(name))) {
                answers.addAll(RecordedAnswer.read(folder.resolve(name)));
            }
        }
        if (answers.isEmpty()) {
            throw new UsageException(folder + ": it has none of " + String.join(", ", ANSWERS) + ".");
        }
        DryRun run = DryRun.of(endpoint.config(), properties, items(folder).orElseThrow(), Long.MAX_VALUE, answers);
        List<String> differences = new ArrayList<>();
        Configuration configuration = Configuration.read(Standalone.configFile(endpoint.config()), null, properties);
        compareRequests(run, DryRun.isSingle(configuration), differences);
        compareResults(run, differences);
        Secrets secrets = Secrets.of(configuration);
        return differences.stream().map(secrets::hide).toList();
    }

    private void compareRequests(DryRun run, boolean single, List<String> differences) throws IOException {
        Path file = folder.resolve("requests.txt");
        if (!Files.exists(file)) {
            return;
        }
        StringBuilder actual = new StringBuilder();
        for (Offline.Request request : run.requests()) {
            if (single) {
                actual.append(request.method())
                        .append(' ')
                        .append(request.url())
                        .append('\n');
            }
            if (single && request.body().length == 0) {
                continue;
            }
            actual.append(request.text()).append(request.text().endsWith("\n") ? "" : "\n");
        }
        compareLines(
                "requests.txt",
                Files.readString(file).lines().toList(),
                actual.toString().lines().toList(),
                differences);
    }

    private void compareResults(DryRun run, List<String> differences) throws IOException {
        Path file = folder.resolve("expected.jsonl");
        if (Files.exists(file)) {
            List<String> expected =
                    Files.readString(file, StandardCharsets.UTF_8).lines().toList();
            compareLines("expected.jsonl", expected, run.results(), differences);
        }
    }

    private static void compareLines(String file, List<String> expected, List<String> actual, List<String> differences)
            throws IOException {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String want = i < expected.size() ? expected.get(i) : "nothing";
            String got = i < actual.size() ? actual.get(i) : "nothing";
            if (!want.equals(got) && !saysEnough(want, got)) {
                differences.add(file + " line " + (i + 1) + ": expected " + want);
                differences.add("    but got " + got);
            }
        }
    }

    /** Of errors, the texts may say more. */
    private static boolean saysEnough(String want, String got) throws IOException {
        if (!want.startsWith("{\"id\":") || !got.startsWith("{\"id\":") || !want.contains("\"error\":")) {
            return false;
        }
        JsonNode wanted = JSON.readTree(want);
        JsonNode given = JSON.readTree(got);
        return wanted.path("id").equals(given.path("id"))
                && given.has("error")
                && given.path("error").asText().contains(wanted.path("error").asText());
    }
}
