package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;

/** Ready sets of properties for well-known interfaces. */
public final class Profiles {

    /** The property that names one; {@code --profile} sets it. */
    public static final String PROPERTY = "saddlebag.call.profile";

    public static final List<String> NAMES = List.of(
            "aria2-download",
            "couchdb-bulk-docs",
            "dynamodb-batch-write",
            "geocoding-job",
            "graph-batch",
            "graphql-array",
            "json-rpc",
            "openai-embeddings",
            "opensearch-bulk",
            "sqs-send-batch");

    private Profiles() {}

    /**
     * The properties of a profile.
     *
     * @param subject what names the profile, for messages
     * @param profile the name of one that is ready, or a file
     * @throws IllegalArgumentException there is none, or it cannot be read
     */
    public static Map<String, String> read(String subject, String profile) {
        if (NAMES.contains(profile)) {
            return resource("profiles/" + profile);
        }
        Path file = Path.of(profile);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(subject + " " + profile + ": it is neither a file nor one of "
                    + String.join(", ", NAMES) + "." + NearMiss.question(profile, NAMES));
        }
        try (Reader text = Files.newBufferedReader(file)) {
            return read(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(subject + " " + profile + ": the file cannot be read.");
        }
    }

    /** The properties of a file that is part of the program. */
    public static Map<String, String> resource(String name) {
        try (InputStream in = Profiles.class.getResourceAsStream("/saddlebag/" + name + ".properties")) {
            return read(new InputStreamReader(Objects.requireNonNull(in, name), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("the properties " + name + " are part of the program", e);
        }
    }

    public static Map<String, String> read(Reader text) throws IOException {
        Properties properties = new Properties();
        properties.load(text);
        Map<String, String> sorted = new TreeMap<>();
        properties.forEach((key, value) -> sorted.put(key.toString(), value.toString()));
        return sorted;
    }
}
