package io.github.saddlebag.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What values of properties refer to, as long as there is no context that knows. */
final class References {

    private static final Pattern REFERENCE = Pattern.compile("\\{\\{\\??((?:env:|sys:)?[^{}:]+)(?::([^{}]*))?}}");
    private static final int MOST = 10;

    /** How Camel begins what it says of closing braces; it does not say in which property. */
    static final String UNOPENED = "Missing {{";

    private final UnaryOperator<String> values;

    /** @param values a property's value by its name; empty where it has none */
    References(UnaryOperator<String> values) {
        this.values = values;
    }

    /** The names, and those that their values refer to. */
    Set<String> and(Set<String> known) {
        Set<String> names = new TreeSet<>(known);
        for (String name : List.copyOf(known)) {
            Matcher others = REFERENCE.matcher(values.apply(name));
            while (others.find()) {
                names.add(others.group(1));
            }
        }
        return names;
    }

    /** The value of a property, and in it the values of those that it refers to; empty where there is none. */
    String resolved(String name) {
        return resolve(direct(name));
    }

    /** A text with the values of those that it refers to. */
    String resolve(String text) {
        String value = text;
        for (int depth = 0; depth < MOST && value.contains("{{"); depth++) {
            value = REFERENCE.matcher(value).replaceAll(other -> {
                String fallback = other.group(2) == null ? "" : other.group(2);
                String found = direct(other.group(1));
                return Matcher.quoteReplacement(found.isEmpty() ? fallback : found);
            });
        }
        return value;
    }

    private String direct(String name) {
        if (name.startsWith("env:")) {
            return Objects.requireNonNullElse(System.getenv(name.substring(4)), "");
        }
        return values.apply(name.startsWith("sys:") ? name.substring(4) : name);
    }

    /** The message with the one of these properties that it is about, where it names none. */
    String named(String message, Collection<String> names) {
        if (!message.startsWith(UNOPENED)) {
            return message;
        }
        return names.stream()
                .filter(name ->
                        REFERENCE.matcher(values.apply(name)).replaceAll("").contains("}}"))
                .findFirst()
                .map(name -> name + " has two closing braces that end no placeholder: put a space between them, as in"
                        + " {\"a\":${/b} }.")
                .orElse(message);
    }
}
