package io.github.saddlebag.endpoint;

import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/** Sees when the context starts that no route is missing on the way of a request: items would wait for it. */
public record ModeCheck(String pipeline, String mode) implements StartupListener {

    private static final List<String> MODES = List.of("batch", "single", "job");

    /** That there is no route for a mode. */
    public static String missing(String pipeline, String mode) {
        String route = pipeline + "-call-" + mode;
        return "saddlebag.call.mode is '" + mode + "': there is no route " + route
                + (MODES.contains(mode)
                        ? ". Include its file, or add a route from direct:" + route + "."
                        : "; the modes are batch, single and job." + NearMiss.question(mode, MODES));
    }

    /** @throws IllegalArgumentException one is missing */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // a running context adds its routes after the beans that they need
        if (alreadyStarted) {
            return;
        }
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        Map<String, List<RouteDefinition>> routes = context.getRoutes().stream()
                .collect(Collectors.groupingBy(
                        route -> begin(context, route.getEndpoint().getEndpointUri()),
                        Collectors.mapping(route -> model.getRouteDefinition(route.getId()), Collectors.toList())));
        String call = "direct:" + pipeline + "-call-" + mode;
        boolean isBatching = routes.containsKey("batch:" + pipeline);
        if (!routes.containsKey(call) && (isBatching || !MODES.contains(mode))) {
            throw new IllegalArgumentException(Pipeline.of(context, pipeline).told(missing(pipeline, mode)));
        }
        if (isBatching) {
            follow(context, model, routes, call);
        }
    }

    /** Goes from route to route, as a request does. */
    private static void follow(
            CamelContext context, Model model, Map<String, List<RouteDefinition>> routes, String call) {
        Deque<RouteDefinition> next = new ArrayDeque<>(routes.getOrDefault(call, List.of()));
        Set<String> seen = new HashSet<>(Set.of(call));
        while (!next.isEmpty()) {
            RouteDefinition route = next.remove();
            for (String rules : rulesOf(route)) {
                if (model.getRouteConfigurationDefinition(rules) == null) {
                    throw new IllegalArgumentException("The route " + route.getRouteId()
                            + " names the error handling " + rules + ", which is missing. Include the file that defines"
                            + " it, or add a route configuration of that id.");
                }
            }
            for (ToDefinition to :
                    ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)) {
                String uri = begin(context, to.getEndpointUri());
                if (uri.startsWith("direct:") && seen.add(uri)) {
                    List<RouteDefinition> there = routes.getOrDefault(uri, List.of());
                    if (there.isEmpty()) {
                        throw new IllegalArgumentException("The route " + route.getRouteId() + " sends to " + uri
                                + ", from which no route consumes. Include the file of that route, or add a route from "
                                + uri + ".");
                    }
                    next.addAll(there);
                }
            }
        }
    }

    private static List<String> rulesOf(RouteDefinition route) {
        String rules = route.getRouteConfigurationId();
        return rules == null ? List.of() : List.of(rules.split(","));
    }

    /** Where an endpoint is, without its options. */
    private static String begin(CamelContext context, String uri) {
        return context.resolvePropertyPlaceholders(uri).split("\\?", 2)[0].replaceFirst("://", ":");
    }
}
