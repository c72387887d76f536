package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.OldNames;
import io.github.saddlebag.config.PipelineKeys;
import io.github.saddlebag.setting.ContextProperties;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds names that no property has, and what no pipeline can start with. */
final class ConfigurationCheck {

    private static final String URL = "call.url";
    private static final String TOPIC = "source.kafka.topic";

    private final Configuration configuration;

    ConfigurationCheck(Configuration configuration) {
        this.configuration = configuration;
    }

    /** @throws UsageException a property does not exist, or there is no endpoint */
    void run() throws UsageException {
        List<String> unknown = configuration.names().stream()
                .map(this::problem)
                .flatMap(Optional::stream)
                .toList();
        if (!unknown.isEmpty()) {
            throw new UsageException(String.join(" ", unknown));
        }
        Map<String, String> readers = new TreeMap<>();
        for (String name : configuration.running()) {
            try {
                check(configuration.of(name), readers);
            } catch (IllegalArgumentException e) {
                throw new UsageException(String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(Pipeline one, Map<String, String> readers) throws UsageException {
        boolean itemsNameIt = orEmpty(one.value("call.mode", "")).equals("single")
                && !orEmpty(one.value("single.items", "")).equals("data");
        if (orEmpty(one.value(URL, "")).isBlank() && !itemsNameIt) {
            throw new UsageException((one.isDefault() ? Pipeline.OURS + URL : Pipeline.PREFIX + one.name() + '.' + URL)
                    + " is not set: give the endpoint's address"
                    + (configuration.running().size() > 1 ? "." : " with --url."));
        }
        for (String name : Standalone.NO_SOURCES.keySet()) {
            checkSwitch(one, name.substring(Pipeline.OURS.length()));
        }
        if (configuration
                .references()
                .resolve(orEmpty(one.value("source.kafka.enabled", "")))
                .equals("true")) {
            checkTopics(one, readers);
        }
    }

    /** Whether two read the same records, though nobody said so. */
    private void checkTopics(Pipeline one, Map<String, String> readers) throws UsageException {
        for (String topic : Setting.words(configuration.references().resolve(orEmpty(one.value(TOPIC, "items"))))) {
            String other = readers.putIfAbsent(topic, one.name());
            if (other != null && !(one.hasOwn(TOPIC) && configuration.of(other).hasOwn(TOPIC))) {
                throw new UsageException(
                        "The pipelines " + other + " and " + one.name() + " both read the topic " + topic
                                + ". Give each its own, or name it for each: " + Pipeline.PREFIX + one.name() + '.'
                                + TOPIC + '='
                                + topic + ".");
            }
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value.trim();
    }

    /** A route that is not switched on says nothing of a word that is neither. */
    private void checkSwitch(Pipeline one, String noun) throws UsageException {
        String value = configuration.references().resolve(orEmpty(one.value(noun, "")));
        if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
            throw new UsageException(one.property(noun) + " is '" + value + "': give true or false.");
        }
    }

    private Optional<String> problem(String name) {
        if (name.startsWith(Pipeline.PREFIX)) {
            return PipelineKeys.problem(name, Pipeline.LIST + " does not have the pipeline", configuration.listed());
        }
        return isUnknown(name)
                ? Optional.of(name + " is no property."
                        + meant(name).map(near -> " Did you mean " + near + "?").orElse(""))
                : Optional.empty();
    }

    private boolean isUnknown(String name) {
        return name.startsWith(Pipeline.OURS)
                ? !configuration.known().contains(name) && !Known.isKnown(name)
                : configuration.known().contains(Pipeline.OURS + name) || name.startsWith(ContextProperties.VARIABLES);
    }

    private Optional<String> meant(String name) {
        if (name.startsWith(ContextProperties.VARIABLES)) {
            return configuration.known().stream()
                    .filter(known -> ContextProperties.variable(known).equals(name))
                    .findFirst();
        }
        return name.startsWith(Pipeline.OURS)
                ? NearMiss.of(name, configuration.known()).filter(near -> !OldNames.isReplaced(near))
                : Optional.of(Pipeline.OURS + name);
    }
}
