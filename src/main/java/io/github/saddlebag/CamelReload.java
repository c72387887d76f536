package io.github.saddlebag;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ContextReloadStrategy;
import org.apache.camel.support.RouteWatcherReloadStrategy;

/** Camel's own reload of routes, which drops what is under way in those that it replaces. */
final class CamelReload {

    private static final String CURE = " Set it to false: 'saddlebag run --watch' and Saddlebag.reload put changes into"
            + " effect without a loss.";

    private CamelReload() {}

    /** @throws IllegalStateException it would replace routes of the pipeline */
    static void refuse(CamelContext context, String pipeline) {
        RouteWatcherReloadStrategy routes = context.hasService(RouteWatcherReloadStrategy.class);
        if (routes != null && routes.isRemoveAllRoutes()) {
            throw new IllegalStateException(
                    "camel.main.routes-reload-enabled is true, and with"
                            + " routes-reload-remove-all-routes, which is its default, each file that is saved would drop the items"
                            + " of all routes." + CURE
                            + " For routes of your own, in a folder of their own, set routes-reload-remove-all-routes to false.");
        }
        if (routes != null) {
            refuseWithin(context, pipeline, routes.getFolder());
        }
        if (context.hasService(ContextReloadStrategy.class) != null) {
            throw new IllegalStateException(
                    "camel.main.context-reload-enabled is true: a reload would drop the items of all" + " routes."
                            + CURE);
        }
    }

    private static void refuseWithin(CamelContext context, String pipeline, String folder) {
        Path watched = Path.of(folder.replaceFirst("^file:(//)?", "")).toAbsolutePath();
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteDefinition route : model.getRouteDefinitions()) {
            String location =
                    route.getResource() == null ? "" : route.getResource().getLocation();
            if (String.valueOf(route.getRouteId()).startsWith(pipeline + '-')
                    && location.startsWith("file:")
                    && Path.of(location.substring("file:".length()))
                            .toAbsolutePath()
                            .startsWith(watched)) {
                throw new IllegalStateException("camel.main.routes-reload-enabled is true, and its folder " + folder
                        + " has " + location + ": a reload would drop the items of that route." + CURE);
            }
        }
    }
}
