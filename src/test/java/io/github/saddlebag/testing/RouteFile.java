package io.github.saddlebag.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;

/** A route file as it ships, as text and as a tree. */
public record RouteFile(String name, String text) {

    /** What has an id in the YAML DSL without being a step. */
    private static final Set<String> NODES = Set.of(
            "route",
            "routeConfiguration",
            "from",
            "when",
            "otherwise",
            "onFallback",
            "doCatch",
            "doFinally",
            "onException",
            "onCompletion",
            "intercept",
            "interceptFrom",
            "interceptSendToEndpoint");

    /**
     * A route, a step of it, or a branch.
     *
     * @param kind its name in the YAML DSL
     * @param place where it stands, for messages
     */
    public record Node(String kind, String place, Map<?, ?> options) {

        /** An option as text; empty where it is not set. */
        public String option(String option) {
            Object value = options.get(option);
            return value == null ? "" : value.toString();
        }

        /** One of its {@code parameters}. */
        public String parameter(String parameter) {
            return options.get("parameters") instanceof Map<?, ?> parameters && parameters.containsKey(parameter)
                    ? parameters.get(parameter).toString()
                    : "";
        }
    }

    public static List<RouteFile> all() throws Exception {
        List<RouteFile> files = new ArrayList<>();
        for (Path file : Bundle.routeFiles()) {
            files.add(new RouteFile(file.getFileName().toString(), Files.readString(file)));
        }
        return files;
    }

    /** Its top-level entries. */
    @SuppressWarnings("unchecked")
    public List<Map<String, ?>> entries() {
        return (List<Map<String, ?>>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    /** What the parser sees, comments included. */
    public List<Event> events() {
        Parse parse = new Parse(LoadSettings.builder().setParseComments(true).build());
        return StreamSupport.stream(parse.parseString(text).spliterator(), false)
                .toList();
    }

    /** Everything that an editor knows by its id, from the top down. */
    public List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (Map<String, ?> entry : entries()) {
            entry.forEach((kind, value) -> collect(kind, value, name, nodes));
        }
        return nodes;
    }

    private void collect(String key, Object value, String place, List<Node> nodes) {
        if (value instanceof List<?> elements) {
            for (int i = 0; i < elements.size(); i++) {
                String here = place + "/" + i;
                if (elements.get(i) instanceof Map<?, ?> element && (key.equals("steps") || isWrapped(key, element))) {
                    element.forEach((kind, step) -> add(kind.toString(), step, here, nodes));
                } else {
                    collect(key, elements.get(i), here, nodes);
                }
            }
        } else if (NODES.contains(key)) {
            add(key, value, place, nodes);
        } else {
            collectChildren(value, place, nodes);
        }
    }

    private void add(String kind, Object value, String place, List<Node> nodes) {
        String here = place + "/" + kind;
        nodes.add(new Node(kind, here, value instanceof Map<?, ?> options ? options : Map.of()));
        collectChildren(value, here, nodes);
    }

    /** The lists of a route configuration name the kind of each element once more. */
    private static boolean isWrapped(String key, Map<?, ?> element) {
        return element.size() == 1 && element.containsKey(key);
    }

    private void collectChildren(Object value, String place, List<Node> nodes) {
        if (value instanceof Map<?, ?> options) {
            options.forEach((key, child) -> collect(key.toString(), child, place, nodes));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
