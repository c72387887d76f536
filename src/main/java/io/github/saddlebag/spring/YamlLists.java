package io.github.saddlebag.spring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Makes of a list, as YAML or the environment has it, the text that Saddlebag reads: Spring has a name for each of its
 * elements, and none for the list.
 */
public final class YamlLists implements EnvironmentPostProcessor {

    /** {@code saddlebag.pipelines[0]}, and {@code SADDLEBAG_PIPELINES_0_} or without the last bar. */
    private static final Pattern FIRST = Pattern.compile("(saddlebag\\..+\\[|SADDLEBAG_.+_)0(]|_?)");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        MutablePropertySources sources = environment.getPropertySources();
        for (PropertySource<?> source : List.copyOf(sources.stream().toList())) {
            if (source instanceof EnumerablePropertySource<?> names) {
                Map<String, Object> lists = lists(names);
                if (!lists.isEmpty()) {
                    // by the end of its name Spring knows one whose names are those of variables
                    String name = "lists-" + source.getName();
                    sources.addBefore(
                            source.getName(),
                            source instanceof SystemEnvironmentPropertySource
                                    ? new SystemEnvironmentPropertySource(name, lists)
                                    : new MapPropertySource(name, lists));
                }
            }
        }
    }

    private static Map<String, Object> lists(EnumerablePropertySource<?> source) {
        Map<String, Object> lists = new HashMap<>();
        for (String name : source.getPropertyNames()) {
            Matcher first = FIRST.matcher(name);
            if (first.matches()) {
                String start = first.group(1);
                String end = first.group(2);
                lists.put(
                        start.substring(0, start.length() - 1),
                        IntStream.iterate(0, i -> source.containsProperty(start + i + end), i -> i + 1)
                                .mapToObj(i -> String.valueOf(source.getProperty(start + i + end)))
                                .collect(Collectors.joining(",")));
            }
        }
        return lists;
    }
}
