package io.github.saddlebag.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that calls an endpoint; each is a property with a short name. */
final class EndpointOptions {

    private static final String URL = "saddlebag.call.url";

    @Option(names = "--url", paramLabel = "URL", description = "the endpoint")
    private @Nullable String url;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "batch: one POST for many items; job: the same, and the answers are asked for later; single:"
                    + " one request for each (batch)")
    private @Nullable String mode;

    @Option(names = "--concurrency", paramLabel = "N", description = "most requests in flight (8)")
    private @Nullable String concurrency;

    @Option(names = "--batch-size", paramLabel = "N", description = "most items in a request (100)")
    private @Nullable String batchSize;

    @Option(names = "--linger-ms", paramLabel = "MS", description = "how long an item waits for company (50)")
    private @Nullable String lingerMs;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "most requests per second, or per period: 100/1m; 0: no limit (0)")
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
            description = "properties for a well-known interface, such as opensearch-bulk; all else wins over them")
    private @Nullable String profile;

    @Option(
            names = "--items",
            paramLabel = "KIND",
            description = "single: what items are: data, requests, or auto, where those of that form are requests")
    private @Nullable String items;

    @Option(
            names = "--allow-hosts",
            paramLabel = "LIST",
            description =
                    "single: hosts that items may name besides the URL's: public, names, addresses, ranges (public)")
    private @Nullable String allowHosts;

    @Option(names = "--max-redirects", paramLabel = "N", description = "single: redirects that are followed (5)")
    private @Nullable String maxRedirects;

    @Option(names = "--header", paramLabel = "'NAME: VALUE'", description = "a header of every request; repeatable")
    private List<String> headers = List.of();

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "any property, such as saddlebag.batch.max-bytes=1MB; repeatable")
    private Map<String, String> settings = Map.of();

    @Option(names = "--config", paramLabel = "FILE", description = "properties; the options above win over them")
    private @Nullable Path config;

    @Nullable
    Path config() {
        return config;
    }

    Map<String, String> properties() throws UsageException {
        Map<String, String> properties = new LinkedHashMap<>();
        put(properties, URL, url);
        put(properties, "saddlebag.call.mode", mode);
        put(properties, "saddlebag.call.concurrency", concurrency);
        put(properties, "saddlebag.batch.max-items", batchSize);
        put(properties, "saddlebag.batch.max-wait", lingerMs == null ? null : lingerMs + "ms");
        put(properties, Profiles.PROPERTY, profile);
        put(properties, "saddlebag.call.rate", rate);
        put(properties, "saddlebag.item.id", id);
        put(properties, "saddlebag.answer.id", answerId);
        put(properties, "saddlebag.answer.result", answerResult);
        put(properties, "saddlebag.single.items", items);
        put(properties, "saddlebag.call.allow-hosts", allowHosts);
        put(properties, "saddlebag.single.max-redirects", maxRedirects);
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new UsageException(
                        "--header '" + header.replaceAll("[=\\s].*", "...") + "': give it as 'Name: value'.");
            }
            properties.put(
                    "saddlebag.call.header." + header.substring(0, colon).trim(),
                    header.substring(colon + 1).trim());
        }
        properties.putAll(settings);
        return properties;
    }

    /**
     * What there is to be said of the address where nobody gave one, and that of the file that ships is used; else
     * nothing.
     */
    Optional<String> shippedUrl() throws UsageException {
        if (url != null) {
            return Optional.empty();
        }
        Configuration configuration = Configuration.read(Standalone.configFile(config), null, properties());
        String shipped = configuration.valueOr(URL, "");
        return configuration.isSaid(URL) || shipped.isBlank()
                ? Optional.empty()
                : Optional.of(
                        "no --url is given: " + (DryRun.isSingle(configuration) ? "data goes" : "requests go") + " to "
                                + shipped + ", the address of saddlebag mock, with which application.properties ships."
                                + " Give the endpoint's with --url, or as saddlebag.call.url.");
    }

    private static void put(Map<String, String> properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }
}
