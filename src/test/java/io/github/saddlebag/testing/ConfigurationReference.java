package io.github.saddlebag.testing;

import static io.github.saddlebag.testing.TestApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.Old;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reference page, and what editors of Spring applications know, as the records of the settings say. */
public final class ConfigurationReference {

    private static final String INTRODUCTION = """
            # Configuration

            This page lists every property by stage, the essential ones of each stage first. It is generated from the
            records in `src/main/java/io/github/saddlebag/config`. The 25 properties that matter most are also in
            [application.properties](../application.properties).

            Durations have a unit: 50ms, 20s, 5m, 1h. Sizes have one too, in steps of 1024: 512KB, 16MB, 1GB. A value that
            is out of bounds stops the start, and a message names the property, the value and the bounds.

            The commands read one properties file: the one that `--config` names; otherwise the `application.properties`
            of the current folder, if a line of it begins with `saddlebag.`; otherwise the one of the bundle, in which
            `saddlebag.source.file.enabled` is `true`.

            If a property is set in several places, the first of these counts: a flag of the command line; a system
            property of the JVM with the same name, or an environment variable (`SADDLEBAG_CALL_URL` for
            `saddlebag.call.url`); a file, or another source of the host.

            You choose the last part of some names, such as `saddlebag.call.header.NAME`. These can be set everywhere but
            in an environment variable, whose name has no lower-case letters. To take the value from the environment, write
            `{{env:VARIABLE}}` as the value.
            """;

    private static final String OLD_NAMES = """

            ## Old names

            These names still work up to and including version 0.2: in every host, in profiles, for a pipeline
            (`saddlebag.pipeline.NAME.K`) and as environment variables. A warning at the start, and `check`, list those that
            are set to something other than the default. If both the old and the new name of a property are set, the source
            that comes first in the order above counts; within one source the new name counts. A run that was started with
            old names can be resumed with new ones.

            | old name | new name |
            | --- | --- |
            """;

    /** What is code as it stands, or would be a tag or a formula in Markdown; and the names of properties. */
    private static final Pattern CODE = Pattern.compile("`[^`]*`"
            + "|(?:[^\\s`(]\\S*)?\\$\\{\\S*}(?:[\\w/]+)?(?: })*"
            + "|<\\w+>"
            + "|\\b(?:saddlebag\\.[\\w.-]*\\w|SADDLEBAG_\\w+)");

    private ConfigurationReference() {}

    /** The page, in Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Known.Group group : Known.groups()) {
            page.append("\n## ").append(group.name()).append(": ").append(group.title());
            page.append("\n\n| property | default | effect |\n| --- | --- | --- |\n");
            for (Known property : group.properties()) {
                if (!property.replacedBy().isEmpty()) {
                    continue;
                }
                page.append("| `")
                        .append(property.fullName())
                        .append("` | ")
                        .append(shownDefault(property))
                        .append(" | ")
                        .append(marked(property.text()))
                        .append(" |\n");
            }
        }
        page.append(OLD_NAMES);
        for (Known property : Known.byName().values()) {
            if (!property.replacedBy().isEmpty()) {
                page.append("| `")
                        .append(property.fullName())
                        .append("` | `saddlebag.")
                        .append(property.replacedBy());
                page.append("`. ").append(property.text()).append(" Default: `").append(property.fallback());
                page.append("` |\n");
            }
            for (Old old : property.oldNames()) {
                page.append("| `saddlebag.").append(old.value()).append("` | `").append(property.fullName());
                page.append(old.modes().length == 0 ? "` |\n" : "`, with " + String.join(" or ", old.modes()) + " |\n");
            }
        }
        return page.toString();
    }

    /** What editors of Spring Boot applications know of the properties. */
    public static String springMetadata() {
        ObjectNode metadata = JSON.createObjectNode();
        ArrayNode all = metadata.putArray("properties");
        for (Known property : Known.byName().values()) {
            ObjectNode each = named(all, property.name(), property);
            if (!property.replacedBy().isEmpty()) {
                deprecate(each, property.replacedBy());
            }
            each.put("description", property.text());
            if (!property.fallback().isEmpty()) {
                switch (type(property)) {
                    case "java.lang.Boolean" -> each.put("defaultValue", Boolean.parseBoolean(property.fallback()));
                    case "java.lang.Integer" -> each.put("defaultValue", Integer.parseInt(property.fallback()));
                    default -> each.put("defaultValue", property.fallback());
                }
            }
        }
        for (Known property : Known.byName().values()) {
            for (Old old : property.oldNames()) {
                ObjectNode each = named(all, old.value(), property);
                each.put("description", "The old name of saddlebag." + property.name() + ".");
                deprecate(each, property.name());
            }
        }
        return metadata.toPrettyString() + '\n';
    }

    private static void deprecate(ObjectNode property, String replacement) {
        property.putObject("deprecation")
                .put("level", "warning")
                .put("reason", "It works through version 0.2.")
                .put("replacement", "saddlebag." + replacement);
    }

    private static ObjectNode named(ArrayNode all, String name, Known property) {
        return all.addObject().put("name", "saddlebag." + name).put("type", type(property));
    }

    private static String type(Known property) {
        if (property.isMap()) {
            return "java.util.Map<java.lang.String,java.lang.String>";
        }
        return property.type() == boolean.class
                ? "java.lang.Boolean"
                : property.type() == int.class ? "java.lang.Integer" : "java.lang.String";
    }

    private static String shownDefault(Known property) {
        if (property.isMap()) {
            return "none; for example `"
                    + property.example().substring(property.example().indexOf('=') + 1) + "`";
        }
        return property.fallback().isEmpty() ? "empty" : "`" + property.fallback() + "`";
    }

    private static String marked(String text) {
        return CODE.matcher(text).replaceAll(code -> {
            String found = code.group();
            return Matcher.quoteReplacement(found.startsWith("`") ? found : "`" + found + "`");
        });
    }
}
