package io.github.saddlebag.cli;

import io.github.saddlebag.address.ItemHeaders;
import io.github.saddlebag.runtime.Configuration;
import io.github.saddlebag.runtime.ShippedProperties;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.setting.ContextProperties;
import io.github.saddlebag.setting.Profiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that calls an endpoint; each is a property with a short name. */
final class EndpointOptions {

    private static final String URL = "saddlebag.call.url";

    private static final int LONGEST_HEADER_FILE = 1 << 20;

    private static final Path HERE = Path.of("application.properties");

    @Option(
            names = "--pipeline",
            paramLabel = "NAME",
            description = "the one of saddlebag.pipelines to which all options apply")
    private @Nullable String pipeline;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the endpoint; single: $${url:/pointer} is a value of the item")
    private @Nullable String url;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "batch: one POST for many items; job: the same, but the answers are polled later; single:"
                    + " one request per item (batch)")
    private @Nullable String mode;

    @Option(names = "--concurrency", paramLabel = "N", description = "maximum of requests in flight (8)")
    private @Nullable String concurrency;

    @Option(names = "--batch-size", paramLabel = "N", description = "maximum of items in a request (100)")
    private @Nullable String batchSize;

    @Option(names = "--linger-ms", paramLabel = "MS", description = "how long an item waits for others (50)")
    private @Nullable String lingerMs;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "maximum of requests per second, or per period: 100/1m; 0: no limit (0)")
    private @Nullable String rate;

    @Option(names = "--id", paramLabel = "POINTER", description = "JSON pointer to an item's id (/id)")
    private @Nullable String id;

    @Option(names = "--answer-id", paramLabel = "POINTER", description = "JSON pointer to the id in an answer (/id)")
    private @Nullable String answerId;

    @Option(
            names = "--answer-result",
            paramLabel = "POINTER",
            description = "JSON pointer to the result in an answer ('': all of it)")
    private @Nullable String answerResult;

    @Option(
            names = "--profile",
            paramLabel = "NAME|FILE",
            description = "properties for a well-known API, such as opensearch-bulk; all other settings override them")
    private @Nullable String profile;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "single: GET, POST, PUT, PATCH or DELETE (POST; GET if the URL has placeholders)")
    private @Nullable String method;

    @Option(
            names = "--items",
            paramLabel = "KIND",
            description = "single: items are data, requests, or auto: requests if they have that form")
    private @Nullable String items;

    @Option(
            names = "--allow-hosts",
            paramLabel = "LIST",
            description =
                    "single: hosts that items may name besides the URL's: public, names, addresses, ranges (public)")
    private @Nullable String allowHosts;

    @Option(names = "--max-redirects", paramLabel = "N", description = "single: maximum of redirects to follow (5)")
    private @Nullable String maxRedirects;

    @Option(names = "--header", paramLabel = "'NAME: VALUE'", description = "a header of every request; repeatable")
    private List<String> headers = List.of();

    @Option(
            names = "--header-file",
            paramLabel = "FILE",
            description = "headers, one per line; unlike --header, no list of processes shows them")
    private @Nullable Path headerFile;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "any property, such as saddlebag.batch.max-bytes=1MB; repeatable")
    private Map<String, String> settings = Map.of();

    @Option(names = "--config", paramLabel = "FILE", description = "properties; the options above override them")
    private @Nullable Path config;

    /** The properties file that is named, or else that of the current folder, if it is one of ours; or null. */
    @Nullable
    Path config() throws UsageException {
        return config != null || !isOurs(HERE) ? config : HERE.toAbsolutePath();
    }

    private static boolean isOurs(Path file) throws UsageException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.stripLeading().startsWith("saddlebag."));
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException(file.toAbsolutePath() + ": it cannot be read.");
        }
    }

    Map<String, String> properties() throws UsageException {
        Map<String, String> properties = new LinkedHashMap<>();
        put(properties, URL, url);
        put(properties, "saddlebag.call.mode", mode);
        put(properties, "saddlebag.call.concurrency", concurrency);
        put(properties, "saddlebag.batch.max-items", batchSize);
        put(
                properties,
                "saddlebag.batch.max-wait",
                lingerMs == null || !lingerMs.matches("-?[\\d.]+") ? lingerMs : lingerMs + "ms");
        put(properties, Profiles.PROPERTY, profile);
        put(properties, "saddlebag.call.rate", rate);
        put(properties, "saddlebag.item.id", id);
        put(properties, "saddlebag.answer.id", answerId);
        put(properties, "saddlebag.answer.result", answerResult);
        put(properties, "saddlebag.single.method", method);
        put(properties, "saddlebag.single.items", items);
        put(properties, "saddlebag.call.allow-hosts", allowHosts);
        put(properties, "saddlebag.single.max-redirects", maxRedirects);
        putHeaders(properties);
        settings.forEach((name, value) -> properties.put(name.trim(), name.endsWith(" ") ? value.trim() : value));
        put(properties, Configuration.PIPELINE, pipeline);
        return properties;
    }

    /** All pipelines are meant. */
    void all() {
        pipeline = Configuration.ALL;
    }

    /** The mode that counts. */
    String mode() throws UsageException {
        String mode = Configuration.read(Standalone.configFile(config()), null, properties())
                .valueOr("saddlebag.call.mode", "batch");
        return mode.isBlank() ? "batch" : mode.trim();
    }

    /** Says which properties file counts; nothing where there is none that sets anything. */
    Optional<String> source() throws UsageException {
        Path file = Standalone.configFile(config());
        return file == null
                        || Configuration.read(file, null, Map.of(Configuration.PIPELINE, Configuration.ALL))
                                .isAsShipped()
                ? Optional.empty()
                : Optional.of("the properties are those of " + file + ".");
    }

    /** That, what has no effect in the mode, and which properties have new names. */
    List<String> notes() throws UsageException {
        List<String> notes = new ArrayList<>();
        source().ifPresent(notes::add);
        Configuration configuration = Configuration.read(Standalone.configFile(config()), null, properties());
        configuration.withoutEffect().ifPresent(notes::add);
        configuration.oldNames().ifPresent(notes::add);
        ContextProperties.misspelt(
                        System.getenv().keySet(), ShippedProperties.all().keySet())
                .ifPresent(notes::add);
        return notes;
    }

    private void putHeaders(Map<String, String> properties) throws UsageException {
        if (headerFile != null) {
            int number = 0;
            for (String line : linesOf(headerFile)) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    putHeader(properties, "--header-file " + headerFile + ": line " + number, line);
                }
            }
        }
        for (String header : headers) {
            putHeader(properties, "--header", header);
        }
    }

    private static List<String> linesOf(Path file) throws UsageException {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > LONGEST_HEADER_FILE) {
                throw new UsageException("--header-file " + file + ": it has more than " + LONGEST_HEADER_FILE
                        + " bytes, too many for headers.");
            }
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UsageException("--header-file " + file + ": there is no such file, or it cannot be read.");
        }
    }

    /** The value is never repeated: it may be a secret. */
    private static void putHeader(Map<String, String> properties, String where, String header) throws UsageException {
        int colon = header.indexOf(':');
        if (colon < 1) {
            throw new UsageException(
                    where + ": there is no name and colon in front of the value. Give it as 'Name: value', in quotes.");
        }
        String name = header.substring(0, colon).trim();
        if (!ItemHeaders.isToken(name)) {
            throw new UsageException(where + ": what is in front of the first colon is no name of a header"
                    + " (RFC 9110 5.1). Give it as 'Name: value', in quotes.");
        }
        properties.put(
                "saddlebag.call.header." + name, header.substring(colon + 1).trim());
    }

    /** A property that was given; null: it was not. */
    static void put(Map<String, String> properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }
}
