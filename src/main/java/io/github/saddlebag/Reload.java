package io.github.saddlebag;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.batch.BatchHub;
import io.github.saddlebag.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.jspecify.annotations.Nullable;

/**
 * Puts other routes, or other beans, in the place of those of a pipeline that makes requests, while items flow. What
 * arrives meanwhile waits within the gate; requests in flight end; what waits for its request goes back to where it came
 * from, in its place. So nothing is lost, and nothing is sent by routes of both kinds. Where requests do not end in time,
 * nothing is changed.
 */
public final class Reload {

    /** How long requests in flight, or a delivery, may take before the change is refused. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_MILLIS = 5;

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
            "resume",
            "match");

    private static final Set<String> OF_DELIVERIES = Set.of(
            "deliver",
            "deliver-file",
            "deliver-kafka",
            "deliver-direct",
            "deliver-to",
            "deliver-append",
            "deliver-endpoint",
            "dead-letter",
            "dead-letters",
            "dead-letters-kafka");

    private final CamelContext context;
    private final String pipeline;

    public Reload(CamelContext context, String pipeline) {
        this.context = context;
        this.pipeline = pipeline;
    }

    /**
     * Reads the properties again, and makes requests by them from now on.
     *
     * @param text the text of a route file that counts, by the file
     * @return the names of the properties that have changed, without {@code saddlebag.}
     * @throws IllegalArgumentException a value is wrong, or needs a restart; nothing has changed
     * @throws IllegalStateException requests in flight did not end in time; nothing has changed
     */
    public List<String> properties(UnaryOperator<Resource> text) throws Exception {
        PipelineMade made = PipelineMade.of(context, pipeline);
        RequestBeans before = made.requests();
        Settings settings = Settings.read(context, pipeline);
        List<String> changed = check(before, settings);
        RequestBeans next = made.others(context, settings);
        List<RouteDefinition> routes = routes(this::isOfRequests);
        try {
            inQuiet(before, () -> {
                next.follow(before);
                Map<Resource, Resource> files = files(routes, text);
                try {
                    remove(routes);
                    made.use(context, next);
                    load(files.values());
                } catch (Exception e) {
                    remove(routes(this::isOfRequests));
                    made.use(context, before);
                    load(files.values());
                    throw e;
                }
            });
        } catch (Exception e) {
            next.end();
            if (context.isStopping() || context.isStopped()) {
                // the stop found the others, or none
                before.end();
            }
            throw e;
        }
        before.end();
        return changed;
    }

    /**
     * Whether {@link #properties} would take them.
     *
     * @throws IllegalArgumentException a value is wrong, or needs a restart
     */
    public void check() {
        check(PipelineMade.of(context, pipeline).requests(), Settings.read(context, pipeline));
    }

    private List<String> check(RequestBeans before, Settings settings) {
        List<String> changed = SettingChanges.between(before.settings, settings);
        SettingChanges.refuseOfRestart(changed, pipeline, settings);
        return changed;
    }

    /**
     * Puts the routes of a file in the place of those that were made of it.
     *
     * @param file as it is now; it was made into routes before, by another context, so that it is right
     * @param applied the file as it was
     * @throws IllegalArgumentException its routes need a restart; nothing has changed
     * @throws IllegalStateException requests or deliveries did not end in time; nothing has changed
     */
    public void routes(Resource file, @Nullable Resource applied, UnaryOperator<Resource> text) throws Exception {
        List<RouteConfigurationDefinition> rules = rules(file.getLocation());
        List<RouteDefinition> routes = routes(route -> isOf(route, file));
        for (RouteDefinition route : routes) {
            if (isOurs(route) && !isOfRequests(route) && !isOfDeliveries(route)) {
                throw new IllegalArgumentException("the route " + route.getRouteId()
                        + " holds what was read or asked for and is not answered yet: its change needs a restart.");
            }
        }
        for (RouteConfigurationDefinition rule : rules) {
            if (!(pipeline + "-call-errors").equals(rule.getId())) {
                throw new IllegalArgumentException(
                        "the rules " + rule.getId() + " are part of many routes: their change" + " needs a restart.");
            }
        }
        List<RouteDefinition> follow = rules.isEmpty() ? routes : routes(this::isOfRequests);
        List<String> ids = follow.stream().map(RouteDefinition::getRouteId).toList();
        inQuiet(PipelineMade.of(context, pipeline).requests(), () -> {
            Map<Resource, Resource> others = files(follow, text);
            others.keySet().removeIf(other -> other.getLocation().equals(file.getLocation()));
            awaitEnd(follow);
            try {
                change(rules, follow);
                load(with(file, others.values()));
            } catch (Exception e) {
                change(
                        rules(file.getLocation()),
                        routes(route -> isOf(route, file) || ids.contains(route.getRouteId())));
                if (applied != null) {
                    load(with(applied, others.values()));
                }
                throw e;
            }
        });
    }

    private static List<Resource> with(Resource file, Collection<Resource> others) {
        List<Resource> all = new ArrayList<>(others);
        all.add(file);
        return all;
    }

    private void change(List<RouteConfigurationDefinition> rules, List<RouteDefinition> routes) throws Exception {
        remove(routes);
        for (RouteConfigurationDefinition rule : rules) {
            model().removeRouteConfiguration(rule);
        }
    }

    /** What changes routes or beans. */
    private interface Change {

        void make() throws Exception;
    }

    /** Does it while no item is in a route of requests; then all go on. */
    private void inQuiet(RequestBeans beans, Change change) throws Exception {
        BatchHub hub = hub();
        // one at a time
        synchronized (hub) {
            inQuiet(hub, beans, change);
        }
    }

    private void inQuiet(BatchHub hub, RequestBeans beans, Change change) throws Exception {
        try {
            hub.hold();
            beans.stopWaiting();
            await(
                    hub::isQuiet,
                    "Requests in flight did not end within " + PATIENCE.toSeconds()
                            + "s. Nothing has changed: try again when they have.");
            change.make();
        } finally {
            if (!context.isStopping()) {
                beans.mayWait();
                hub.goOn();
            }
        }
    }

    private interface Quiet {

        boolean isQuiet();
    }

    private void await(Quiet quiet, String otherwise) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!quiet.isQuiet()) {
            if (context.isStopping()) {
                throw new IllegalStateException("The runtime stops.");
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(otherwise);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private void awaitEnd(List<RouteDefinition> routes) throws InterruptedException {
        for (RouteDefinition route : routes) {
            String id = route.getRouteId();
            await(
                    () -> context.getInflightRepository().size(id) == 0,
                    "The route " + id + " is used, and did not end within " + PATIENCE.toSeconds()
                            + "s. Nothing has changed: try again when it has.");
        }
    }

    private BatchHub hub() {
        return Objects.requireNonNull(
                context.getComponent("batch", BatchComponent.class).shared(pipeline),
                "The pipeline " + pipeline + " does not run in this context.");
    }

    private void remove(List<RouteDefinition> routes) throws Exception {
        List<RouteDefinition> inOrder = new ArrayList<>(routes);
        // the first of the way first: it tells that the others have nothing to do any more
        inOrder.sort(Comparator.comparing((RouteDefinition route) -> !isBatch(route)));
        for (RouteDefinition route : inOrder) {
            String id = route.getRouteId();
            if (context.getRoute(id) != null) {
                boolean stopped =
                        context.getRouteController().stopRoute(id, PATIENCE.toSeconds(), TimeUnit.SECONDS, true);
                if (!stopped) {
                    throw new IllegalStateException("The route " + id + " did not end within " + PATIENCE.toSeconds()
                            + "s: try again when it has.");
                }
                context.removeRoute(id);
            }
        }
    }

    private void load(Collection<Resource> files) throws Exception {
        List<Resource> inOrder = new ArrayList<>(files);
        // the first of the way last, as it begins at once
        inOrder.sort(Comparator.comparing(Reload::beginsWithBatch)
                .thenComparing(file -> nameOf(file.getLocation()), Reload::rulesFirst));
        PluginHelper.getRoutesLoader(context).loadRoutes(inOrder);
    }

    private static String nameOf(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** Rules have greater numbers than the routes that name them. */
    private static int rulesFirst(String one, String other) {
        return other.compareTo(one);
    }

    private static boolean beginsWithBatch(Resource file) {
        return nameOf(file.getLocation()).matches("(.*[-:])?2[01]-.*");
    }

    /** The files of routes, each with what counts of it. */
    private static Map<Resource, Resource> files(List<RouteDefinition> routes, UnaryOperator<Resource> text) {
        Map<String, Resource> files = new LinkedHashMap<>();
        for (RouteDefinition route : routes) {
            files.putIfAbsent(route.getResource().getLocation(), route.getResource());
        }
        Map<Resource, Resource> counting = new LinkedHashMap<>();
        files.values().forEach(file -> counting.put(file, text.apply(file)));
        return counting;
    }

    private List<RouteDefinition> routes(Predicate<RouteDefinition> kind) {
        return model().getRouteDefinitions().stream()
                .filter(route -> route.getResource() != null)
                .filter(kind)
                .toList();
    }

    private List<RouteConfigurationDefinition> rules(String location) {
        return model().getRouteConfigurationDefinitions().stream()
                .filter(rule -> rule.getResource() != null
                        && location.equals(rule.getResource().getLocation()))
                .toList();
    }

    private static boolean isOf(RouteDefinition route, Resource file) {
        return file.getLocation().equals(route.getResource().getLocation());
    }

    private boolean isOurs(RouteDefinition route) {
        return String.valueOf(route.getRouteId()).startsWith(pipeline + '-');
    }

    private boolean isBatch(RouteDefinition route) {
        return (pipeline + "-batch").equals(route.getRouteId()) || (pipeline + "-each").equals(route.getRouteId());
    }

    private boolean isOfRequests(RouteDefinition route) {
        return isOneOf(route, OF_REQUESTS);
    }

    private boolean isOfDeliveries(RouteDefinition route) {
        return isOneOf(route, OF_DELIVERIES);
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
