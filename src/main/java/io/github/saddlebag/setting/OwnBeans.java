package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Route;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the names of the beans of {@code 00-beans}, of which it is the first: Camel would put them in the place of the
 * host's beans of the same names, without a word. And it loads them again where the context is started again, for Camel
 * forgets them at its stop. They end at each stop of the context, when all routes are stopped.
 */
public final class OwnBeans implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(OwnBeans.class);
    private static final String NAME = "Beans";
    /** The first bean of the files as they stand. */
    static final String FIRST = Pipeline.DEFAULT + NAME;

    private static final String FILE = "saddlebag/routes/00-beans.camel.yaml";
    private static final Pattern BEAN = Pattern.compile("(?m)^ {4}- name: (saddlebag\\S+)$");

    private String pipeline = Pipeline.DEFAULT;
    private @Nullable CamelContext camelContext;

    /** What a context knows of the beans of its pipelines, by their names. */
    private static final class AllKnown {

        private final Map<String, Known> byPipeline = new ConcurrentHashMap<>();
    }

    /** What a context knows of the beans of a pipeline for as long as it lives. */
    private static final class Known extends LifecycleStrategySupport {

        private final String pipeline;
        private final @Nullable String problem;
        /** What the routes use, while others are made in its place. */
        private Map<String, Object> used = Map.of();

        private Known(String pipeline, @Nullable String problem) {
            this.pipeline = pipeline;
            this.problem = problem;
        }

        @Override
        public void onContextInitializing(CamelContext context) {
            if (context.getRegistry().lookupByName(pipeline + NAME) != null) {
                return;
            }
            file(context).ifPresent(file -> load(context, file));
        }

        /** Camel stops its registry once, and never starts it: at the stop of a later start it would forget these. */
        @Override
        public void onContextStopped(CamelContext context) {
            Map<String, Object> beans = made(context);
            end(beans.values());
            beans.keySet().forEach(context.getRegistry()::unbind);
            context.getRegistry().unbind(pipeline + NAME);
        }

        private static void load(CamelContext context, Resource file) {
            try {
                PluginHelper.getRoutesLoader(context).loadRoutes(file);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeException(e);
            }
        }

        /**
         * Camel makes the beans of a file again where it is loaded again, or not as the first of several. Routes that run
         * keep what they have, and share it with the routes that come: so they are put back, and the loading ends.
         */
        private void makeWay(CamelContext context) {
            Registry registry = context.getRegistry();
            Map<String, Object> made = made(context);
            String running = running(context);
            if (!used.isEmpty()) {
                // Camel made the others first, for this one was refused once
                Map<String, Object> others = new LinkedHashMap<>(made);
                others.values().removeAll(used.values());
                end(others.values());
                used.forEach((name, bean) -> {
                    registry.unbind(name);
                    registry.bind(name, bean);
                });
                used = Map.of();
                throw new IllegalStateException(running);
            }
            if (running.isEmpty()) {
                end(made.values());
            } else if (!made.isEmpty()) {
                used = made;
                throw new IllegalStateException(running);
            }
        }

        private String running(CamelContext context) {
            List<String> routes = context.getRoutes().stream()
                    .map(Route::getRouteId)
                    .filter(id -> id.startsWith(pipeline + '-'))
                    .toList();
            return routes.isEmpty()
                    ? ""
                    : ("00-beans was loaded again while %d routes of Saddlebag run, of which %s is the first; they keep the"
                                    + " beans that they have. Load all route files in one call before the context starts,"
                                    + " or 00-beans as the first; for other beans, stop the context first.")
                            .formatted(routes.size(), routes.get(0));
        }

        private static void end(Collection<Object> beans) {
            for (Object bean : beans) {
                if (bean instanceof EndsWithContext ends) {
                    try {
                        ends.end();
                    } catch (Exception e) {
                        LOG.warn("{} did not end as it should: {}", bean, e.toString(), e);
                    }
                }
            }
        }

        /** All but the first. */
        private Map<String, Object> made(CamelContext context) {
            Map<String, Object> beans = new LinkedHashMap<>();
            for (BeanFactoryDefinition<?> bean : definitions(context)) {
                String name = String.valueOf(bean.getName());
                Object made = isOwn(name) && !name.equals(pipeline + NAME)
                        ? context.getRegistry().lookupByName(name)
                        : null;
                if (made != null) {
                    beans.put(name, made);
                }
            }
            return beans;
        }

        /** Names begin with the pipeline's, and go on with a capital. */
        private boolean isOwn(String name) {
            return name.length() > pipeline.length()
                    && name.startsWith(pipeline)
                    && Character.isUpperCase(name.charAt(pipeline.length()));
        }

        private Optional<Resource> file(CamelContext context) {
            return definitions(context).stream()
                    .filter(bean -> (pipeline + NAME).equals(bean.getName()))
                    .map(BeanFactoryDefinition::getResource)
                    .filter(Objects::nonNull)
                    .findFirst();
        }

        private static List<BeanFactoryDefinition<?>> definitions(CamelContext context) {
            return List.copyOf(context.getCamelContextExtension()
                    .getContextPlugin(Model.class)
                    .getCustomBeans());
        }
    }

    /**
     * Looks for beans of the host once, before any other bean of ours is there.
     *
     * @throws IllegalStateException there is one with a name of ours; the message names it
     */
    public void init() throws Exception {
        CamelContext context = camelContext;
        if (context == null) {
            return;
        }
        ExtendedCamelContext extension = context.getCamelContextExtension();
        AllKnown all = extension.getContextPlugin(AllKnown.class);
        if (all == null) {
            all = new AllKnown();
            extension.addContextPlugin(AllKnown.class, all);
        }
        Known known = all.byPipeline.get(pipeline);
        if (known == null) {
            known = new Known(pipeline, problem(context.getRegistry(), names(context)));
            all.byPipeline.put(pipeline, known);
            context.addLifecycleStrategy(known);
        }
        if (known.problem != null) {
            throw new IllegalStateException(known.problem);
        }
        known.makeWay(context);
        if (pipeline.equals(Pipeline.DEFAULT)) {
            Pipelines.of(context).begin();
        }
    }

    private @Nullable String problem(Registry registry, List<String> names) {
        String taken = names.stream()
                .filter(name -> registry.lookupByName(name) != null)
                .map(name ->
                        name + " (" + registry.lookupByName(name).getClass().getName() + ")")
                .collect(Collectors.joining(", "));
        return taken.isEmpty()
                ? null
                : "The registry has a bean with a name of Saddlebag's own: " + taken
                        + ". Give it another name: those that begin with " + pipeline
                        + " belong to the routes of the bundle.";
    }

    private List<String> names(CamelContext context) {
        try (InputStream file = context.getClassResolver().loadResourceAsStream(FILE)) {
            return file == null
                    ? List.of()
                    : BEAN.matcher(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                            .results()
                            .map(bean -> pipeline + bean.group(1).substring(Pipeline.DEFAULT.length()))
                            .toList();
        } catch (IOException e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** Whose beans they are. */
    public void setPipeline(String pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
