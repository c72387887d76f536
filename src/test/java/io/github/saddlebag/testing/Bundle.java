package io.github.saddlebag.testing;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.endpoint.BreakerWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** The routes as they ship, or some of them, in a plain Camel context. */
public final class Bundle implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> left = new ArrayList<>();
    private final List<RoutesBuilder> added = new ArrayList<>();
    private List<String> only = List.of();
    private ProducerTemplate template;

    private Bundle() {}

    /** All routes; the properties have short, test-friendly values unless said otherwise. */
    public static Bundle all() {
        Bundle bundle = new Bundle();
        bundle.with("saddlebag.call.url", "http://127.0.0.1:1/unused");
        bundle.with("saddlebag.call.back-off", "5ms");
        bundle.with("saddlebag.call.max-back-off", "20ms");
        bundle.with("saddlebag.batch.max-wait", "5ms");
        return bundle;
    }

    /** Only the beans and these route files, each named by its beginning, such as {@code 30-}. */
    public static Bundle of(String... files) {
        Bundle bundle = all();
        bundle.only = List.of(files);
        return bundle;
    }

    public Bundle with(String property, Object value) {
        properties.put(property, value.toString());
        return this;
    }

    /** Leaves a route file out, named by its beginning. */
    public Bundle without(String file) {
        left.add(file);
        return this;
    }

    /** Adds routes of the test. */
    public Bundle plus(RoutesBuilder routes) {
        added.add(routes);
        return this;
    }

    /** Puts a step of the test in the place of one of the routes, named as {@code direct:} knows it. */
    public Bundle stub(String name, Processor step) {
        return plus(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + name).process(step);
            }
        });
    }

    public Bundle start() throws Exception {
        Properties all = new Properties();
        all.putAll(properties);
        context.setClassResolver(new KnownMisses());
        context.getPropertiesComponent().setInitialProperties(all);
        context.getShutdownStrategy().setTimeout(20);
        List<Resource> resources = new ArrayList<>();
        for (Path file : files()) {
            resources.add(PluginHelper.getResourceLoader(context).resolveResource("file:" + file));
        }
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        for (RoutesBuilder routes : added) {
            context.addRoutes(routes);
        }
        context.start();
        template = context.createProducerTemplate();
        return this;
    }

    /** The route files as they ship, in the order of their names. */
    public static List<Path> routeFiles() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.sorted().toList();
        }
    }

    /** Copies them, to be edited. */
    public static void copyRoutes(Path folder) throws Exception {
        for (Path file : routeFiles()) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
    }

    private List<Path> files() throws Exception {
        return routeFiles().stream()
                .filter(f -> left.stream().noneMatch(name(f)::startsWith))
                .filter(f -> only.isEmpty()
                        || name(f).startsWith("00-")
                        || name(f).startsWith("92-")
                        || only.stream().anyMatch(name(f)::startsWith))
                .toList();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    public CamelContext context() {
        return context;
    }

    /** The state of the circuit breaker, as resilience4j names it. */
    public String breakerState() {
        return context.getRegistry()
                .lookupByNameAndType("saddlebagWatch", BreakerWatch.class)
                .state();
    }

    /** Sends items as one list through {@code batch:saddlebag}, and waits for their fates. */
    @SuppressWarnings("unchecked")
    public List<Outcome> ask(List<String> items) {
        return template.requestBody("batch:saddlebag", items, List.class);
    }

    /** Sends one item through {@code batch:saddlebag}, as a caller of its own. */
    public CompletableFuture<String> askAsync(String item) {
        return template.asyncRequestBody("batch:saddlebag", item, String.class);
    }

    public ProducerTemplate template() {
        return template;
    }

    @Override
    public void close() {
        context.stop();
    }
}
