package io.github.saddlebag;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.batch.BatchHub;
import io.github.saddlebag.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Puts other routes, or other beans, in the place of those of a pipeline that makes requests, while items flow. What
 * arrives meanwhile waits within the gate; requests in flight end; what waits for its request goes back to where it came
 * from, in its place. So nothing is lost, and nothing is sent by routes of both kinds. Where requests do not end in time,
 * nothing is changed.
 */
public final class Reload {

    /** How long requests in flight, or a delivery, may take before the change is refused. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_MILLIS = 5;

    private final CamelContext context;
    private final String pipeline;
    private final PipelineRoutes routes;

    public Reload(CamelContext context, String pipeline) {
        this.context = context;
        this.pipeline = pipeline;
        this.routes = new PipelineRoutes(context, pipeline);
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
        List<RouteDefinition> ofRequests = routes.ofRequests();
        try {
            inQuiet(before, () -> {
                next.follow(before);
                Map<String, Resource> files = PipelineRoutes.files(ofRequests, text);
                try {
                    routes.remove(ofRequests, List.of());
                    made.use(context, next);
                    routes.load(files.values());
                } catch (Exception e) {
                    routes.remove(routes.ofRequests(), List.of());
                    made.use(context, before);
                    routes.load(files.values());
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
        List<RouteConfigurationDefinition> rules = routes.rules(file);
        List<RouteDefinition> ofFile = routes.of(file, List.of());
        for (RouteDefinition route : ofFile) {
            if (!routes.isReplaceable(route)) {
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
        List<RouteDefinition> follow = rules.isEmpty() ? ofFile : routes.ofRequests();
        List<String> ids = follow.stream().map(RouteDefinition::getRouteId).toList();
        inQuiet(PipelineMade.of(context, pipeline).requests(), () -> {
            Map<String, Resource> others = PipelineRoutes.files(follow, text);
            others.remove(file.getLocation());
            awaitEnd(follow);
            try {
                routes.remove(follow, rules);
                routes.load(others.values(), file);
            } catch (Exception e) {
                routes.remove(routes.of(file, ids), routes.rules(file));
                if (applied != null) {
                    routes.load(others.values(), applied);
                }
                throw e;
            }
        });
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
    }

    private void await(BooleanSupplier isQuiet, String otherwise) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isQuiet.getAsBoolean()) {
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
}
