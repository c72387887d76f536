package io.github.saddlebag.setting;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The properties of a Spring application: Camel asks its {@code Environment} for one name at a time, and never which
 * names there are. Anything but a Spring application has none.
 */
public final class SpringProperties {

    private static final String VARIABLES = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

    /** The name that Spring gives this bean ({@code ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME}). */
    private static final String ENVIRONMENT = "environment";

    /** A mark of ours that Spring takes for a placeholder with a default: it would send the pointer for the value. */
    private static final Pattern TAKEN = Pattern.compile("(?<!\\\\)\\$\\{(url|raw):[^}]*}");

    private SpringProperties() {}

    /** The values by the rest of the names, which are taken as they are written, also as {@code prefix[NAME]}. */
    static Map<String, String> of(CamelContext context, String prefix) {
        if (!isSpring(context)) {
            return Map.of();
        }
        Map<String, String> found = new TreeMap<>();
        String bracket = prefix.substring(0, prefix.length() - 1) + '[';
        eachSource(context, (environment, source) -> {
            for (String name : source.getPropertyNames()) {
                String rest = name.startsWith(prefix)
                        ? name.substring(prefix.length())
                        : name.startsWith(bracket) && name.endsWith("]")
                                ? name.substring(bracket.length(), name.length() - 1)
                                : "";
                String value = rest.isEmpty() ? null : environment.getProperty(name);
                if (value != null) {
                    found.putIfAbsent(rest, value);
                }
            }
        });
        return found;
    }

    /** The names that begin as ours do, those of maps as {@code prefix.NAME}; a list has one name. */
    public static Set<String> names(CamelContext context) {
        if (!isSpring(context)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        eachSource(
                context,
                (environment, source) -> Stream.of(source.getPropertyNames())
                        .filter(name -> name.startsWith(Pipeline.OURS) && !name.matches(".*\\[\\d+]"))
                        .forEach(name -> names.add(name.replace('[', '.').replace("]", ""))));
        return names;
    }

    /**
     * Refuses marks of ours ({@code ${url:/id}}) in which Spring would put values of its own.
     *
     * @throws IllegalArgumentException there is one; the message names the property
     */
    public static void refuseMarks(CamelContext context) {
        if (!isSpring(context)) {
            return;
        }
        eachSource(context, (environment, source) -> {
            for (String name : source.getPropertyNames()) {
                Object value = name.startsWith(Pipeline.OURS) ? source.getProperty(name) : null;
                Matcher mark = TAKEN.matcher(value instanceof CharSequence text ? text : "");
                if (mark.find()) {
                    throw Setting.bad(
                            name.substring(Pipeline.OURS.length()),
                            String.valueOf(value),
                            "Spring takes " + mark.group()
                                    + " for a placeholder of its own. Put a backslash before it: \\" + mark.group()
                                    + " (two of them in a .properties file).");
                }
            }
        });
    }

    private static void eachSource(
            CamelContext context, BiConsumer<ConfigurableEnvironment, EnumerablePropertySource<?>> reader) {
        if (context.getRegistry().lookupByName(ENVIRONMENT) instanceof ConfigurableEnvironment environment) {
            for (PropertySource<?> source : environment.getPropertySources()) {
                // variables have names of their own kind, in capitals
                if (source instanceof EnumerablePropertySource<?> names
                        && !source.getName().equals(VARIABLES)) {
                    reader.accept(environment, names);
                }
            }
        }
    }

    /** Where there is no Spring, not even the lambdas here can be made; a bean of this name is another one then. */
    private static boolean isSpring(CamelContext context) {
        return context.getRegistry().lookupByName(ENVIRONMENT) != null
                && context.getClassResolver().resolveClass("org.springframework.core.env.ConfigurableEnvironment")
                        != null;
    }
}
