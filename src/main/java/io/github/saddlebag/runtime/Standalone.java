package io.github.saddlebag.runtime;

import com.fasterxml.jackson.databind.util.ClassUtil;
import io.github.saddlebag.endpoint.ModeCheck;
import io.github.saddlebag.serve.CallerServer;
import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.support.UnwritableException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;

/** The routes in a Camel Main runtime of their own. */
public final class Standalone implements AutoCloseable {

    /** The folder of {@code routes/} and {@code application.properties}; set by the launcher. */
    static final String HOME = "saddlebag.home";

    /** For commands that bring their own source: what the project's file switches on stays off. */
    public static final Map<String, String> NO_SOURCES = Map.of(
            "saddlebag.source.file.enabled", "false",
            "saddlebag.source.kafka.enabled", "false",
            "saddlebag.source.timer.enabled", "false",
            "saddlebag.source.http.enabled", "false");

    /** Camel's messages of placeholders, which repeat the whole text: that may be a secret. */
    private static final Pattern UNBOUND =
            Pattern.compile("^Error binding property \\((camel\\.[\\w.-]+)=.*\\) with name: ", Pattern.DOTALL);

    private static final Pattern UNSET = Pattern.compile("Property with key \\[([^]]+)]");

    private static final Pattern MISPLACED = Pattern.compile("(?s) (from|in) the text: .*");

    private final Main main;
    private final Set<String> running;
    private final String pipeline;

    private Standalone(Main main, Set<String> running, String pipeline) {
        this.main = main;
        this.running = running;
        this.pipeline = pipeline;
    }

    /**
     * Starts the routes; the properties file may be read again while they run, see {@link #live}.
     *
     * @param config the properties file, or null for the one of the project
     * @param overrides properties that win over the file's
     * @throws UsageException the configuration is wrong
     */
    public static Standalone start(@Nullable Path config, Map<String, String> overrides) throws UsageException {
        return start(config, overrides, null);
    }

    /**
     * Starts the HTTP source alone, at the root path.
     *
     * @param properties they win over those of a service
     * @throws UsageException the configuration is wrong, or the port is taken
     */
    public static Standalone startService(@Nullable Path config, Map<String, String> properties) throws UsageException {
        Map<String, String> all = new LinkedHashMap<>(NO_SOURCES);
        all.put("saddlebag.source.http.enabled", "true");
        all.put("saddlebag.source.http.path", "/");
        all.putAll(properties);
        return start(config, all);
    }

    /** @param network stands before the network or in its place, or null */
    public static Standalone start(@Nullable Path config, Map<String, String> overrides, @Nullable HttpStandIn network)
            throws UsageException {
        Path file = configFile(config);
        Path routes = home("routes");
        Main main = new Main();
        main.setShutdownStrategy(new SimpleMainShutdownStrategy());
        // what Camel reads by itself, nobody can take back, and it takes a mark in front of a text for a part of a name
        main.setDefaultPropertyPlaceholderLocation("false");
        Configuration configuration = Configuration.read(file, routes, overrides);
        configuration.check();
        RouteFiles.check(routes);
        configuration.written().forEach(main::addInitialProperty);
        Standalone standalone = new Standalone(main, configuration.running(), configuration.pipeline());
        Logging.pipelines(configuration.running());
        configuration.winning().forEach(main::addOverrideProperty);
        main.addMainListener(new BeforeStart());
        Management.defaults(configuration).forEach(main::addOverrideProperty);
        if (Logging.isUsedAsJson()) {
            main.bind("saddlebagLogContext", new LogContext());
        }
        if (network != null) {
            main.addMainListener(network);
        }
        main.configure()
                .withRoutesIncludePattern(
                        routes == null ? "classpath:saddlebag/routes/*.camel.yaml" : "file:" + routes + "/*.camel.yaml")
                .withJmxEnabled(false)
                .withAutoConfigurationLogSummary(false)
                .withLoadTypeConverters(false);
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        try {
            main.start();
            standalone.check();
        } catch (Exception e) {
            Unrecoverable.report(e);
            main.stop();
            throw e instanceof UsageException usage
                    ? usage
                    : new UsageException(configuration
                            .references()
                            .named(
                                    configuration.of(standalone.pipelineOf(e)).told(messageOf(e)),
                                    configuration.names()));
        }
        return standalone;
    }

    /** The properties file that counts, or null: there is none. */
    public static @Nullable Path configFile(@Nullable Path config) throws UsageException {
        if (config != null && !Files.isReadable(config)) {
            throw new UsageException(config + ": there is no such file, or it cannot be read.");
        }
        if (config != null && Files.isDirectory(config)) {
            throw new UsageException(config + ": it is a folder; name the file of properties in it.");
        }
        return config != null ? config : home("application.properties");
    }

    /** The value of a property, with what was shipped where nobody set it. */
    public String property(String name) {
        String shipped = ShippedProperties.all().getOrDefault(name, "");
        if (!name.startsWith(Pipeline.OURS)) {
            return context().resolvePropertyPlaceholders("{{" + name + ":" + shipped + "}}");
        }
        return Objects.requireNonNull(
                Pipeline.of(context(), pipeline).value(name.substring(Pipeline.OURS.length()), shipped));
    }

    /** Where the callers of the pipeline POST their items. */
    public String callersAddress() {
        String host = context().resolvePropertyPlaceholders("{{bean:" + named("saddlebagCallers") + ".host}}");
        return "http://" + host + ":" + context().hasService(CallerServer.class).port()
                + property("saddlebag.source.http.path");
    }

    private void check() throws UsageException {
        for (String name : running) {
            String mode = of(name).property("saddlebag.call.mode");
            if (context().getRoute(name + "-call-" + mode) == null) {
                throw new UsageException(Pipeline.of(context(), name).told(ModeCheck.missing(name, mode)));
            }
        }
    }

    /** The properties of this runtime; the arguments are those that it was started with. */
    public LiveProperties live(@Nullable Path config, Map<String, String> overrides) throws UsageException {
        Path file = configFile(config);
        Path routes = home("routes");
        return new LiveProperties(context(), () -> Configuration.read(file, routes, overrides));
    }

    /** The names of the pipelines that run. */
    public Set<String> pipelines() {
        return running;
    }

    /** The same runtime, of which one pipeline is looked at. */
    public Standalone of(String name) {
        return new Standalone(main, running, name);
    }

    /** A name as it stands in the route files, for the pipeline. */
    public String named(String name) {
        return name.replace(Pipeline.DEFAULT, pipeline);
    }

    /** Whose route did not start; the one that is looked at, where it was none. */
    private String pipelineOf(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String route = cause instanceof FailedToStartRouteException start ? start.getRouteId() : null;
            route = cause instanceof FailedToCreateRouteException create ? create.getRouteId() : route;
            for (String name : running) {
                if (route != null && route.startsWith(name + '-')) {
                    return name;
                }
            }
        }
        return pipeline;
    }

    public static @Nullable Path home(String name) throws UsageException {
        String home = System.getProperty(HOME);
        Path path = home == null ? null : Path.of(home, name);
        try {
            // Camel finds no routes in a folder that is a link
            return path != null && Files.exists(path) ? path.toRealPath() : null;
        } catch (IOException e) {
            throw new UsageException(path + ": it cannot be read.");
        }
    }

    /** @param name as it stands in the route files */
    public <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(named(name), type);
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    @Override
    public void close() {
        main.stop();
    }

    /** What is wrong, in the words of whoever found it. */
    public static String messageOf(Throwable error) {
        Throwable cause = ClassUtil.getRootCause(error);
        String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
        if (cause instanceof FileSystemException system && system.getReason() == null) {
            return system.getFile() + ": " + UnwritableException.words(system);
        }
        Matcher unbound = UNBOUND.matcher(message);
        if (unbound.find()) {
            String name = unbound.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            return name + ": Camel has no such property, or not with this value."
                    + NearMiss.question(name, ShippedProperties.all().keySet());
        }
        Matcher unset = UNSET.matcher(message);
        if (unset.find()) {
            String name = unset.group(1);
            return "{{" + name + "}} is used in a property, and has no value. "
                    + (name.startsWith("env:")
                            ? "Set it in the environment, or give"
                            : "Give it one (--set " + name + "=VALUE), or")
                    + " a default: {{" + name + ":...}}.";
        }
        return message.startsWith(References.UNOPENED)
                ? MISPLACED.matcher(message).replaceFirst(".")
                        + " (Two closing braces that end no placeholder need a space between them.)"
                : message;
    }
}
