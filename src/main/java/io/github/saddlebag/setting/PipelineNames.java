package io.github.saddlebag.setting;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** The names of pipelines: which there can be, which are listed, and which one is meant. */
public final class PipelineNames {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    private PipelineNames() {}

    /**
     * The name, where it can be one.
     *
     * @throws IllegalArgumentException it cannot; the message says why
     */
    public static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a pipeline: give a small letter, and up to 30"
                            + " more, figures and hyphens, such as geocode.");
        }
        return name;
    }

    /** The names in {@code saddlebag.pipelines}; empty: it is not set, and there is the pipeline saddlebag. */
    public static Set<String> listed(CamelContext context) {
        String value = context.resolvePropertyPlaceholders("{{?" + Pipeline.LIST + "}}");
        return listed(value == null ? "" : value);
    }

    /** The names in the value of {@code saddlebag.pipelines}. */
    public static Set<String> listed(String value) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : Setting.words(value)) {
            if (!names.add(checked(name))) {
                throw new IllegalArgumentException(
                        Pipeline.LIST + " is '" + value + "': it names " + name + " twice. Give each name once.");
            }
        }
        return names;
    }

    /** The one that is meant where none is named: saddlebag, or the only one that is listed; empty: nobody knows. */
    public static Optional<String> meant(Set<String> listed) {
        return listed.isEmpty() || listed.contains(Pipeline.DEFAULT)
                ? Optional.of(Pipeline.DEFAULT)
                : listed.stream().filter(name -> listed.size() == 1).findFirst();
    }
}
