package io.github.saddlebag.serve;

import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.ServiceInContext;
import io.github.saddlebag.support.Unrecoverable;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on one event loop. It listens once a route has started, and closes when the context has stopped:
 * the port first, and the connections when those that had begun a request are answered.
 */
public final class CallerServer extends ServiceInContext {

    private static final Logger LOG = LoggerFactory.getLogger(CallerServer.class);
    private static final int SECONDS = 10;
    private static final int BACKLOG = 4096;

    private final CallerSettings settings;
    private final String routerName;
    private final CallerTransport transport;
    private final AtomicInteger callers = new AtomicInteger();
    private @Nullable Vertx vertx;
    private @Nullable Router router;
    private @Nullable HttpServer server;
    private @Nullable CallerConnections connections;

    CallerServer(CallerSettings settings, String routerName) {
        this.settings = settings;
        this.routerName = routerName;
        this.transport = new CallerTransport(settings);
    }

    @Override
    protected void doStart() {
        // the callers need one thread; what is left of Vert.x's pools starts with the first use, and there is none
        vertx = transport.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        vertx.exceptionHandler(error -> {
            Unrecoverable.report(error);
            LOG.error("A caller's connection failed.", error);
        });
        router = Router.router(vertx);
        for (int status : new int[] {400, 404, 405, 406, 415, 500}) {
            router.errorHandler(status, context -> refuse(context, status));
        }
        context().getRegistry().bind(routerName, new VertxPlatformHttpRouter(null, vertx, router, routerName));
    }

    /** How many callers of all routes are served. */
    AtomicInteger callers() {
        return callers;
    }

    /**
     * Lets callers in; once.
     *
     * @param granted what the callers of the route are granted that starts
     */
    synchronized void listen(CallerSettings granted) {
        if (server == null) {
            listen();
        }
        if (granted.isOpenToAnyone()) {
            LOG.warn(
                    granted.told(
                            "Callers of other machines can reach {}:{} without a token; set saddlebag.source.http.token."),
                    settings.host(),
                    port());
        }
    }

    private void listen() {
        CallerConnections tracked = new CallerConnections(Objects.requireNonNull(vertx), transport, settings);
        connections = tracked;
        HttpServer created = vertx.createHttpServer(options())
                .connectionHandler(tracked::opened)
                .exceptionHandler(error -> {
                    Unrecoverable.report(error);
                    LOG.debug("A caller's connection failed: {}", error.toString());
                })
                .invalidRequestHandler(CallerServer::refuseInvalid)
                .requestHandler(this::handle);
        try {
            await(created.listen());
        } catch (Exception e) {
            boolean taken = e instanceof BindException;
            if (e instanceof UnknownHostException
                    || String.valueOf(e.getMessage()).contains("assign requested")) {
                throw Setting.bad(
                        "source.http.host",
                        settings.host(),
                        "this machine has no such address. Give 127.0.0.1 for itself alone, or 0.0.0.0 for all.");
            }
            throw Setting.bad(
                    "source.http.port",
                    Integer.toString(settings.port()),
                    "nothing can listen there at " + settings.host()
                            + (taken
                                    ? ", as the port is taken or not ours. Name another one, or 0."
                                    : ": " + e.getMessage()));
        }
        server = created;
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setAcceptBacklog(BACKLOG)
                .setHttp2ClearTextEnabled(settings.http2())
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(settings.given().maxCallers()));
    }

    private void handle(HttpServerRequest request) {
        if (!Objects.requireNonNull(connections).begins(request)) {
            return;
        }
        if (settings.isHealth(request.path())
                && (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))) {
            tellHealth(request.response());
            return;
        }
        String origin = request.getHeader("Origin");
        if (origin != null && settings.origins().allow(origin)) {
            HttpServerResponse response = request.response();
            settings.origins().welcome(origin, response);
            if (request.method().equals(HttpMethod.OPTIONS)) {
                response.setStatusCode(204).end();
                return;
            }
        }
        Objects.requireNonNull(router).handle(request);
    }

    /** For load balancers: whether items are taken. */
    private void tellHealth(HttpServerResponse response) {
        boolean stopping = context().isStopping() || context().isStopped();
        response.setStatusCode(stopping ? 503 : 200)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(stopping ? "{\"status\":\"STOPPING\"}" : "{\"status\":\"UP\"}");
    }

    /** What the router refuses: no route takes it, or none any more. */
    private void refuse(RoutingContext context, int status) {
        if (context.failure() != null && status == 500) {
            Unrecoverable.report(context.failure());
            LOG.error("A caller's request failed: {}", context.failure().toString());
        }
        Problem problem = switch (status) {
            case 404 -> new Problem(404, "No such path", "No items are served at this path.");
            case 405 -> new Problem(405, "Not a POST", "An item is sent by POST.");
            case 500 -> new Problem(500, "The request failed", "The request failed here; the log says why.");
            default -> new Problem(status, "Bad request", "The request cannot be understood.");
        };
        if (status == 405) {
            context.response().putHeader("Allow", "POST");
        }
        boolean stopping = context().isStopping() || context().isStopped();
        CallerRequest.refuse(context, stopping ? TellProblem.stopping() : problem, settings.maxBody());
    }

    /** A head that cannot be read; nothing that follows on its connection can be either. */
    private static void refuseInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem;
        if (cause instanceof TooLongHttpLineException) {
            problem = new Problem(414, "Too long", "The request line is longer than 4096 bytes.");
        } else if (cause instanceof TooLongHttpHeaderException) {
            problem = new Problem(431, "Too large", "The header fields are larger than 8192 bytes in all.");
        } else {
            problem = new Problem(400, "Bad request", "This is not an HTTP request (RFC 9112).");
        }
        request.response().putHeader("Connection", "close");
        CallerRequest.write(request.response(), problem);
        request.connection().close();
    }

    /** How many callers may wait at once: some connections are left to tell others that there are too many. */
    int maxCallers() {
        return Math.min(settings.given().maxCallers(), transport.most() - transport.most() / 8);
    }

    /** The port that it listens at; 0: it does not. */
    public synchronized int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    protected synchronized void doStop() throws Exception {
        context().getRegistry().unbind(routerName);
        if (vertx != null) {
            if (connections != null) {
                connections.drain();
            }
            // closes the server too, after what was written before
            await(vertx.close());
        }
        server = null;
        connections = null;
        vertx = null;
    }

    private static void await(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
