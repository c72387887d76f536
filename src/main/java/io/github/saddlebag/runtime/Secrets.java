package io.github.saddlebag.runtime;

import io.github.saddlebag.json.JsonField;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Text as it may be shown: without the values of the properties that are secrets, wherever they stand in it, as they are,
 * within a string of JSON or within a form. A value of up to 3 characters counts only where it stands as a word, or the
 * half of all words would be masked.
 */
public final class Secrets {

    private static final int SHORT = 3;

    /** Parameters that were configured are masked in addresses whatever they are called: keys have any name. */
    private static final Pattern QUERY = Pattern.compile("saddlebag\\.(?:pipeline\\.[^.]+\\.)?call\\.query\\.(.+)");

    private final Pattern any;

    private Secrets(Set<String> values, Set<String> parameters) {
        // the longest first, for one may begin with another
        Stream<String> words = values.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Secrets::pattern);
        Stream<String> ofQueries = parameters.stream().map(name -> "(?<=[?&]" + Pattern.quote(name) + "=)[^&\\s\"]+");
        any = Pattern.compile(Stream.concat(words, ofQueries).collect(Collectors.joining("|")));
    }

    public static Secrets of(Configuration configuration) {
        Set<String> values = new TreeSet<>();
        Set<String> parameters = new TreeSet<>();
        for (String name : configuration.mentioned()) {
            Matcher query = QUERY.matcher(name);
            if (query.matches()) {
                parameters.add(URLEncoder.encode(query.group(1), StandardCharsets.UTF_8));
            }
            if (Masked.isSecretProperty(name)) {
                String value = configuration.resolved(name).trim();
                // of credentials, as with headers, the scheme is none
                String secret = value.substring(value.lastIndexOf(' ') + 1);
                Stream.of(value, secret)
                        .flatMap(Secrets::forms)
                        .filter(form -> !form.isEmpty() && !form.matches("true|false"))
                        .forEach(values::add);
            }
        }
        return new Secrets(values, parameters);
    }

    private static Stream<String> forms(String value) {
        return Stream.of(value, JsonField.escaped(value), URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static String pattern(String value) {
        String quoted = Pattern.quote(value);
        return value.length() > SHORT ? quoted : "(?<![\\p{L}\\p{N}_])" + quoted + "(?![\\p{L}\\p{N}_])";
    }

    public String hide(String text) {
        return any.pattern().isEmpty() ? text : any.matcher(text).replaceAll(Matcher.quoteReplacement(Masked.MASK));
    }
}
