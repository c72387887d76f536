package io.github.saddlebag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.FileUtil;

/** The routes of a pipeline in a context: which of them may be replaced while it runs, and how that is done. */
record PipelineRoutes(CamelContext context, String pipeline) {

    /** The routes of requests, without the name of their pipeline: they hold nothing while the pipeline is quiet. */
    private static final Set<String> OF_REQUESTS = Set.of(
            "batch",
            "each",
            "call-batch",
            "call-single",
            "call-job",
            "halve",
            "retry-single",
            "attempt",
            "http",
            "attempt-single",
            "job",
            "match");

    private static final Set<String> OF_DELIVERIES = Set.of(
            "deliver",
            "deliver-file",
            "deliver-kafka",
            "deliver-direct",
            "deliver-to",
            "deliver-endpoint",
            "dead-letter",
            "dead-letters",
            "dead-letters-kafka");

    /** Those that requests go through. */
    List<RouteDefinition> ofRequests() {
        return routes(route -> isOneOf(route, OF_REQUESTS));
    }

    /** Those that were made of a file, and others by their ids. */
    List<RouteDefinition> of(Resource file, List<String> ids) {
        return routes(route ->
                file.getLocation().equals(route.getResource().getLocation()) || ids.contains(route.getRouteId()));
    }

    /** Whether it is a host's own, or holds nothing while no request is under way and nothing is delivered. */
    boolean isReplaceable(RouteDefinition route) {
        return !String.valueOf(route.getRouteId()).startsWith(pipeline + '-')
                || isOneOf(route, OF_REQUESTS)
                || isOneOf(route, OF_DELIVERIES);
    }

    private List<RouteDefinition> routes(Predicate<RouteDefinition> kind) {
        return model().getRouteDefinitions().stream()
                .filter(route -> route.getResource() != null)
                .filter(kind)
                .toList();
    }

    /** The rules that were made of a file. */
    List<RouteConfigurationDefinition> rules(Resource file) {
        return model().getRouteConfigurationDefinitions().stream()
                .filter(rule -> rule.getResource() != null
                        && file.getLocation().equals(rule.getResource().getLocation()))
                .toList();
    }

    /** Takes them out of the context, once nothing is in them, and the rules too. */
    void remove(List<RouteDefinition> routes, List<RouteConfigurationDefinition> rules) throws Exception {
        List<RouteDefinition> inOrder = new ArrayList<>(routes);
        // the first of the way first: it tells that the others have nothing to do any more
        inOrder.sort(Comparator.comparing((RouteDefinition route) -> !isBatch(route)));
        for (RouteDefinition route : inOrder) {
            String id = route.getRouteId();
            if (context.getRoute(id) != null) {
                boolean stopped =
                        context.getRouteController().stopRoute(id, Reload.PATIENCE.toSeconds(), TimeUnit.SECONDS, true);
                if (!stopped) {
                    throw new IllegalStateException("The route " + id + " did not end within "
                            + Reload.PATIENCE.toSeconds() + "s: try again when it has.");
                }
                context.removeRoute(id);
            }
        }
        for (RouteConfigurationDefinition rule : rules) {
            model().removeRouteConfiguration(rule);
        }
    }

    /** Makes routes of these files. */
    void load(Collection<Resource> files, Resource... more) throws Exception {
        List<Resource> inOrder = new ArrayList<>(files);
        inOrder.addAll(List.of(more));
        // the first of the way last, as it begins at once
        inOrder.sort(Comparator.comparing(PipelineRoutes::beginsWithBatch)
                .thenComparing(file -> FileUtil.stripPath(file.getLocation()), PipelineRoutes::rulesFirst));
        PluginHelper.getRoutesLoader(context).loadRoutes(inOrder);
    }

    /** Rules have greater numbers than the routes that name them. */
    private static int rulesFirst(String one, String other) {
        return other.compareTo(one);
    }

    private static boolean beginsWithBatch(Resource file) {
        return FileUtil.stripPath(file.getLocation()).matches("(.*[-:])?2[01]-.*");
    }

    /** What counts of the files of routes, by where they are. */
    static Map<String, Resource> files(List<RouteDefinition> routes, UnaryOperator<Resource> text) {
        Map<String, Resource> files = new LinkedHashMap<>();
        for (RouteDefinition route : routes) {
            files.computeIfAbsent(route.getResource().getLocation(), location -> text.apply(route.getResource()));
        }
        return files;
    }

    private boolean isBatch(RouteDefinition route) {
        return (pipeline + "-batch").equals(route.getRouteId()) || (pipeline + "-each").equals(route.getRouteId());
    }

    /** By its id, or by what is called there, where the host has put a route of its own in the place of one of these. */
    private boolean isOneOf(RouteDefinition route, Set<String> names) {
        String id = String.valueOf(route.getRouteId());
        String from =
                route.getInput() == null ? "" : String.valueOf(route.getInput().getEndpointUri());
        String direct = from.replace("//", "");
        String start = pipeline + '-';
        return id.startsWith(start) && names.contains(id.substring(start.length()))
                || direct.startsWith("direct:" + start) && names.contains(direct.substring(7 + start.length()));
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }
}
