package io.github.saddlebag.serve;

import io.github.saddlebag.setting.Setting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server on one event loop. It listens once a route has started, and closes when the context has stopped. */
public final class CallerServer extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(CallerServer.class);
    private static final int SECONDS = 10;
    private static final int BACKLOG = 4096;

    private final CallerSettings settings;
    private final String routerName;
    private @Nullable CamelContext camelContext;
    private @Nullable Vertx vertx;
    private @Nullable Router router;
    private @Nullable HttpServer server;

    CallerServer(CallerSettings settings, String routerName) {
        this.settings = settings;
        this.routerName = routerName;
    }

    @Override
    protected void doStart() {
        // the callers need one thread; what is left of Vert.x's pools starts with the first use, and there is none
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        router = Router.router(vertx);
        getCamelContext().getRegistry().bind(routerName, new VertxPlatformHttpRouter(null, vertx, router, routerName));
    }

    /** Lets callers in; once. */
    synchronized void listen() {
        if (server != null) {
            return;
        }
        HttpServer created = Objects.requireNonNull(vertx)
                .createHttpServer(new HttpServerOptions()
                        .setHost(settings.host())
                        .setPort(settings.port())
                        .setAcceptBacklog(BACKLOG))
                .requestHandler(Objects.requireNonNull(router));
        try {
            await(created.listen());
        } catch (Exception e) {
            boolean taken = e instanceof BindException;
            throw Setting.bad(
                    "source.http.port",
                    Integer.toString(settings.port()),
                    "nothing can listen there at " + settings.host()
                            + (taken
                                    ? ", as the port is taken or not ours. Name another one, or 0."
                                    : ": " + e.getMessage()));
        }
        server = created;
        if (settings.isOpenToAnyone()) {
            LOG.warn(
                    "Callers of other machines can reach {}:{} without a token; set saddlebag.source.http.token.",
                    settings.host(),
                    created.actualPort());
        }
    }

    /** The port that it listens at; 0: it does not. */
    public synchronized int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    protected synchronized void doStop() throws Exception {
        getCamelContext().getRegistry().unbind(routerName);
        if (vertx != null) {
            // closes the server too, after what was written before
            await(vertx.close());
        }
        server = null;
        vertx = null;
    }

    private static void await(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
