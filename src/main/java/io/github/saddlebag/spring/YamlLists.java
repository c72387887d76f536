package io.github.saddlebag.spring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;

/** Makes of a list, as YAML has it, the text that Saddlebag reads: Spring has a name for each of its elements, and none for the list. */
public final class YamlLists implements EnvironmentPostProcessor {

    private static final String FIRST = "[0]";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        MutablePropertySources sources = environment.getPropertySources();
        for (PropertySource<?> source : List.copyOf(sources.stream().toList())) {
            if (source instanceof EnumerablePropertySource<?> names) {
                Map<String, Object> lists = lists(names);
                if (!lists.isEmpty()) {
                    sources.addBefore(source.getName(), new MapPropertySource("lists of " + source.getName(), lists));
                }
            }
        }
    }

    private static Map<String, Object> lists(EnumerablePropertySource<?> source) {
        Map<String, Object> lists = new HashMap<>();
        for (String name : source.getPropertyNames()) {
            if (name.startsWith("saddlebag.") && name.endsWith(FIRST)) {
                String list = name.substring(0, name.length() - FIRST.length());
                lists.put(
                        list,
                        IntStream.iterate(0, i -> source.containsProperty(list + '[' + i + ']'), i -> i + 1)
                                .mapToObj(i -> String.valueOf(source.getProperty(list + '[' + i + ']')))
                                .collect(Collectors.joining(",")));
            }
        }
        return lists;
    }
}
