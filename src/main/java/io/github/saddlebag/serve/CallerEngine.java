package io.github.saddlebag.serve;

import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * The platform-http engine of routes whose callers wait long: the stock one holds a thread for each.
 *
 * <p>Where the context has an HTTP server of Camel's at the port, the routes join it; otherwise they get one of their
 * own.
 */
public final class CallerEngine extends VertxPlatformHttpEngine {

    private final CallerSettings settings;

    public CallerEngine(CallerSettings settings) {
        this.settings = settings;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        CamelContext context = endpoint.getCamelContext();
        String router = VertxPlatformHttpRouter.getRouterNameFromPort(settings.port());
        CallerServer server = context.hasService(CallerServer.class);
        if (server == null && VertxPlatformHttpRouter.lookup(context, router) == null) {
            server = new CallerServer(settings, router);
            try {
                context.addService(server, true, true);
            } catch (Exception e) {
                throw new IllegalStateException("The HTTP server cannot be made: " + e.getMessage(), e);
            }
        }
        return new CallerConsumer(endpoint, processor, settings, router, server);
    }

    @Override
    public int getServerPort() {
        return settings.port();
    }
}
