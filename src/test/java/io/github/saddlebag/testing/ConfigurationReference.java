package io.github.saddlebag.testing;

import static io.github.saddlebag.testing.TestApi.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code application.properties} says about its properties, and the reference page that is made of it.
 *
 * <p>A line {@code ## name: title} begins a group. The comment that stands right above a property describes it; a last
 * line {@code # Default: ...} gives the default where the file sets another value; {@code empty} stands for nothing. A property that is commented out is
 * an example. Other comments are for readers of the file; those above the first group but the very first one also
 * introduce the page.
 */
public final class ConfigurationReference {

    private static final Pattern GROUP = Pattern.compile("## ([a-z-]+): (.+)");
    private static final Pattern PROPERTY = Pattern.compile("(#?)([a-z]\\S*?)=(.*)");
    private static final Pattern DEFAULT = Pattern.compile("(.*) Default: (\\S+)");
    /** What is code as it stands, or would be a tag or a formula in Markdown; and the names of properties. */
    private static final Pattern CODE = Pattern.compile("`[^`]*`"
            + "|(?:[^\\s`(]\\S*)?\\$\\{\\S*}(?:[\\w/]+)?(?: })*"
            + "|<\\w+>"
            + "|\\b(?:saddlebag\\.[\\w.-]*\\w|SADDLEBAG_\\w+)");

    private static final String EMPTY = "empty";

    private final List<Group> groups = new ArrayList<>();
    private final List<String> introduction = new ArrayList<>();

    /** The properties of a stage, in the order of the file. */
    public record Group(String name, String title, List<Property> properties) {}

    /**
     * A property that is documented.
     *
     * @param value what the file sets
     * @param fallback the default
     * @param example whether it is commented out
     */
    public record Property(String name, String value, String fallback, boolean example, String description) {}

    private ConfigurationReference() {}

    public static ConfigurationReference read(Path file) throws IOException {
        ConfigurationReference reference = new ConfigurationReference();
        List<String> comment = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Matcher group = GROUP.matcher(line);
            Matcher property = PROPERTY.matcher(line);
            if (group.matches()) {
                reference.groups.add(new Group(group.group(1), group.group(2), new ArrayList<>()));
            } else if (property.matches()) {
                reference.add(property, String.join(" ", comment));
                comment.clear();
            } else if (line.startsWith("# ")) {
                comment.add(line.substring(2));
            } else if (line.isBlank()) {
                if (reference.groups.isEmpty() && !comment.isEmpty()) {
                    reference.introduction.add(String.join(" ", comment));
                }
                comment.clear();
            } else {
                throw new IllegalArgumentException(file + ": neither comment nor property: " + line);
            }
        }
        return reference;
    }

    private void add(Matcher property, String comment) {
        String value = property.group(3);
        Matcher other = DEFAULT.matcher(comment);
        boolean site = other.matches();
        String fallback = !site ? value : other.group(2).equals(EMPTY) ? "" : other.group(2);
        String description = site ? other.group(1) : comment;
        groups.get(groups.size() - 1)
                .properties()
                .add(new Property(
                        property.group(2), value, fallback, !property.group(1).isEmpty(), description));
    }

    public List<Group> groups() {
        return groups;
    }

    public List<Property> properties() {
        return groups.stream().flatMap(group -> group.properties().stream()).toList();
    }

    /** The page, in Markdown. */
    public String markdown() {
        StringBuilder page = new StringBuilder("# Configuration\n\n")
                .append("Every property, by stage; in each stage the essentials come first. This page is made from\n")
                .append("[application.properties](../application.properties), where each of them can be set.\n");
        introduction.stream()
                .skip(1)
                .filter(text -> !text.startsWith("---"))
                .forEach(text -> page.append('\n').append(marked(text)).append('\n'));
        for (Group group : groups) {
            page.append("\n## ").append(group.name()).append(": ").append(group.title());
            page.append("\n\n| property | default | effect |\n| --- | --- | --- |\n");
            for (Property property : group.properties()) {
                page.append("| `")
                        .append(property.name())
                        .append("` | ")
                        .append(shownDefault(property))
                        .append(" | ")
                        .append(marked(property.description()))
                        .append(" |\n");
            }
        }
        return page.toString();
    }

    /** What editors of Spring Boot applications know of the properties. */
    public String springMetadata() {
        ObjectNode metadata = JSON.createObjectNode();
        ArrayNode all = metadata.putArray("properties");
        for (Property property : properties()) {
            if (property.name().startsWith("saddlebag.")) {
                ObjectNode each = all.addObject();
                each.put("name", property.example() ? property.name().replaceFirst("\\.[^.]+$", "") : property.name());
                each.put(
                        "type",
                        property.example() ? "java.util.Map<java.lang.String,java.lang.String>" : type(property));
                each.put("description", property.description());
                if (!property.example() && !property.fallback().isEmpty()) {
                    putDefault(each, property);
                }
            }
        }
        return metadata.toPrettyString() + '\n';
    }

    private static String type(Property property) {
        return switch (property.fallback()) {
            case "true", "false" -> "java.lang.Boolean";
            default -> property.fallback().matches("\\d+") ? "java.lang.Integer" : "java.lang.String";
        };
    }

    private static void putDefault(ObjectNode node, Property property) {
        switch (type(property)) {
            case "java.lang.Boolean" -> node.put("defaultValue", Boolean.parseBoolean(property.fallback()));
            case "java.lang.Integer" -> node.put("defaultValue", Integer.parseInt(property.fallback()));
            default -> node.put("defaultValue", property.fallback());
        }
    }

    private static String shownDefault(Property property) {
        if (property.example()) {
            return "none; for example `" + property.value() + "`";
        }
        return property.fallback().isEmpty() ? EMPTY : "`" + property.fallback() + "`";
    }

    private static String marked(String text) {
        return CODE.matcher(text).replaceAll(code -> {
            String found = code.group();
            return Matcher.quoteReplacement(found.startsWith("`") ? found : "`" + found + "`");
        });
    }
}
