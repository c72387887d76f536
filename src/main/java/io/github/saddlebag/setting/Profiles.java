package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UTFDataFormatException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

    /** At the end of a line; one behind a backslash is meant. */
    private static final Pattern BLANKS = Pattern.compile("(?m)(?<!\\\\)[ \t]+$");

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
        try {
            return read(TextFile.read(file));
        } catch (UTFDataFormatException e) {
            throw new IllegalArgumentException(subject + " " + profile + ": " + e.getMessage());
        } catch (IOException e) {
            throw new IllegalArgumentException(subject + " " + profile + ": the file cannot be read.");
        }
    }

    /** The properties of a file that is part of the program. */
    public static Map<String, String> resource(String name) {
        try (InputStream in = Profiles.class.getResourceAsStream("/saddlebag/" + name + ".properties")) {
            return read(TextFile.text(Objects.requireNonNull(in, name).readAllBytes()));
        } catch (IOException e) {
            throw new IllegalStateException("the properties " + name + " are part of the program", e);
        }
    }

    /** The properties of a text, without the blanks that nobody sees behind a value. */
    public static Map<String, String> read(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(BLANKS.matcher(text).replaceAll("")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> sorted = new TreeMap<>();
        properties.forEach((key, value) -> sorted.put(key.toString(), value.toString()));
        return sorted;
    }
}
