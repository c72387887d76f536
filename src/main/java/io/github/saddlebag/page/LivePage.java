package io.github.saddlebag.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;

/**
 * A page on the management server, where there is one, that shows what is counted. It can be looked at and nothing else;
 * it loads nothing from elsewhere, and nobody works for it while nobody looks.
 */
public final class LivePage {

    /** Where it is. */
    public static final String PATH = "/observe/page";

    private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Map<String, String> FILES = Map.of(
            "", "page.html",
            "/page.js", "page.js",
            "/page.css", "page.css",
            "/uplot.js", UPLOT + "uPlot.iife.min.js",
            "/uplot.css", UPLOT + "uPlot.min.css");

    private static final Map<String, String> TYPES = Map.of(
            "html",
            "text/html; charset=utf-8",
            "js",
            "text/javascript; charset=utf-8",
            "css",
            "text/css; charset=utf-8");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    private final PageData data;
    private final boolean local;

    private LivePage(PageData data, boolean local) {
        this.data = data;
        this.local = local;
    }

    /**
     * Shows it, if the context has a management server; its counts are those of the console as well.
     *
     * @param inputs those that are under way
     */
    public static void start(CamelContext context, Supplier<List<InputProgress>> inputs) {
        PageData data = PageData.of(context);
        data.inputs(inputs);
        ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
        if (server == null) {
            return;
        }
        LivePage page = new LivePage(data, LOOPBACK.contains(server.getHost()));
        Router router = server.getRouter();
        FILES.forEach((path, file) -> router.get(PATH + path).handler(request -> page.file(request, file)));
        router.get(PATH + "/data.json").handler(page::data);
    }

    private void data(RoutingContext context) {
        if (isForeign(context)) {
            return;
        }
        try {
            answer(context, "application/json", data.now());
        } catch (Exception e) {
            context.fail(e);
        }
    }

    private void file(RoutingContext context, String name) {
        if (isForeign(context)) {
            return;
        }
        try (InputStream in = LivePage.class.getResourceAsStream("/saddlebag/page/" + name)) {
            String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain");
            answer(context, type, Objects.requireNonNull(in, name).readAllBytes());
        } catch (IOException e) {
            context.fail(e);
        }
    }

    private static void answer(RoutingContext context, String type, byte[] body) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", type)
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-store")
                .end(Buffer.buffer(body));
    }

    /** A name that leads here though it is not this machine's: a page of another site asks under a name of its own. */
    private boolean isForeign(RoutingContext context) {
        String host = context.request().getHeader("Host");
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
        if (local && !LOOPBACK.contains(name)) {
            context.response().setStatusCode(403).end();
            return true;
        }
        return false;
    }
}
