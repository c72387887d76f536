package io.github.saddlebag.setting;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.jspecify.annotations.Nullable;

/** The properties of a context, wherever Camel finds them. */
public final class ContextProperties {

    /** How all environment variables begin that are ours. */
    public static final String VARIABLES = "SADDLEBAG_";

    private ContextProperties() {}

    /** The value that counts of a property that has several names, with placeholders resolved; null: nobody set it. */
    static @Nullable String value(CamelContext context, List<String> names) {
        if (names.size() > 1 && context.getPropertiesComponent() instanceof PropertiesComponent properties) {
            for (String name : names) {
                if (isOutside(properties, name)) {
                    return value(context, name);
                }
            }
        }
        return Pipeline.first(names, name -> value(context, name));
    }

    private static @Nullable String value(CamelContext context, String name) {
        return context.resolvePropertyPlaceholders("{{?" + name + "}}");
    }

    /** Whether the JVM or the environment say it, where Camel asks these before all others. */
    private static boolean isOutside(PropertiesComponent properties, String name) {
        return properties.getSystemPropertiesMode() == PropertiesComponent.SYSTEM_PROPERTIES_MODE_OVERRIDE
                        && System.getProperty(name) != null
                || properties.getEnvironmentVariableMode() == PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_OVERRIDE
                        && environment(name) != null;
    }

    /** What the environment says: {@code SADDLEBAG_CALL_URL} for {@code saddlebag.call.url}; null: nothing. */
    public static @Nullable String environment(String name) {
        return System.getenv(variable(name));
    }

    /**
     * Variables that may be meant for a property, and set none; in one sentence, or nothing.
     *
     * @param known the properties that there are
     */
    public static Optional<String> misspelt(Set<String> variables, Collection<String> known) {
        if (variables.stream().noneMatch(name -> name.startsWith(VARIABLES))) {
            return Optional.empty();
        }
        Set<String> proper = known.stream().map(ContextProperties::variable).collect(Collectors.toSet());
        String ofPipelines = variable(Pipeline.PREFIX);
        String meant = variables.stream()
                .filter(name -> name.startsWith(VARIABLES) && !name.startsWith(ofPipelines) && !proper.contains(name))
                .sorted()
                .flatMap(name -> NearMiss.of(name, proper).map(near -> name + " (" + near + "?)").stream())
                .collect(Collectors.joining(", "));
        return meant.isEmpty()
                ? Optional.empty()
                : Optional.of("These environment variables set no property: " + meant + '.');
    }

    /** The environment variable that sets a property. */
    public static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }
}
