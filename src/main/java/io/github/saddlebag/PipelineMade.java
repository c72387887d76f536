package io.github.saddlebag;

import io.github.saddlebag.batch.BatchComponent;
import io.github.saddlebag.config.OldNames;
import io.github.saddlebag.config.PipelineKeys;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.PipelineNames;
import io.github.saddlebag.setting.Pipelines;
import io.github.saddlebag.setting.Profiles;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.setting.SpringProperties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
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

/** The beans of a pipeline, for as long as its context lives. */
final class PipelineMade extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineMade.class);
    private static final String NAME = "Beans";

    private final String pipeline;
    private final AllMade ofContext;
    private @Nullable All made;

    /** The beans of the pipelines of a context. */
    private static final class AllMade extends LifecycleStrategySupport {

        private final Map<String, PipelineMade> byPipeline = new ConcurrentHashMap<>();
        /** What was said of names of properties. */
        private final Set<String> told = ConcurrentHashMap.newKeySet();

        @Override
        public void onContextStarted(CamelContext context) {
            tellOfNames(context);
        }

        private void tellOfNames(CamelContext context) {
            tellOfUnknown(context);
            List<Pipeline> all = Pipelines.of(context).names().stream()
                    .map(name -> Pipeline.of(context, name))
                    .toList();
            OldNames.told(
                            all,
                            property -> Pipeline.of(context, Pipeline.DEFAULT).set(property))
                    .filter(told::add)
                    .ifPresent(LOG::warn);
        }

        /** Once of each. */
        private void tellOfUnknown(CamelContext context) {
            Set<String> names = new TreeSet<>(context.getPropertiesComponent()
                    .loadProperties(name -> name.startsWith("saddlebag.") && !name.startsWith(Pipeline.LIST))
                    .stringPropertyNames());
            SpringProperties.names(context).stream()
                    .filter(name -> !name.startsWith(Pipeline.LIST))
                    .map(PipelineKeys::asWritten)
                    .forEach(names::add);
            List<String> wrong = new ArrayList<>(PipelineKeys.inHost(
                    names, PipelineNames.listed(context), Pipelines.of(context).known()));
            wrong.removeIf(text -> !told.add(text));
            if (!wrong.isEmpty()) {
                LOG.warn("{}", String.join(" ", wrong));
            }
        }
    }

    /** All beans of a pipeline. */
    private record All(Made kept, SourceBeans sources, KeptBeans known, RequestBeans requests) {

        Map<String, Object> beans() {
            Map<String, Object> beans = new LinkedHashMap<>(kept.beans());
            beans.putAll(requests.made.beans());
            return beans;
        }
    }

    private PipelineMade(String pipeline, AllMade ofContext) {
        this.pipeline = pipeline;
        this.ofContext = ofContext;
    }

    /** Those of a pipeline, which need not be made yet. */
    static PipelineMade of(CamelContext context, String pipeline) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        AllMade all = extension.getContextPlugin(AllMade.class);
        if (all == null) {
            all = new AllMade();
            extension.addContextPlugin(AllMade.class, all);
            context.addLifecycleStrategy(all);
        }
        PipelineMade known = all.byPipeline.get(pipeline);
        if (known == null) {
            known = new PipelineMade(pipeline, all);
            all.byPipeline.put(pipeline, known);
            context.addLifecycleStrategy(known);
            NoDelay.of(context, pipeline);
        }
        return known;
    }

    @Override
    public void onContextInitializing(CamelContext context) {
        if (context.getRegistry().lookupByName(pipeline + NAME) == null) {
            file(context).ifPresent(file -> load(context, file));
        }
    }

    private static void load(CamelContext context, Resource file) {
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(file);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    private Optional<Resource> file(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        return model.getCustomBeans().stream()
                .filter(bean -> (pipeline + NAME).equals(bean.getName()))
                .map(BeanFactoryDefinition::getResource)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Camel's own reload drops what is under way in the routes that it replaces. */
    @Override
    public void onContextStarting(CamelContext context) {
        CamelReload.refuse(context, pipeline);
    }

    /** Camel stops its registry once, and never starts it: at the stop of a later start it would forget these. */
    @Override
    public void onContextStopped(CamelContext context) {
        All all = made;
        if (all != null) {
            all.requests.made.end();
            all.kept.end();
            all.beans().keySet().forEach(context.getRegistry()::unbind);
            made = null;
        }
        context.getRegistry().unbind(pipeline + NAME);
    }

    /** Routes that run keep what they have, and share it with the routes that come. */
    void make(CamelContext context) throws Exception {
        if (made != null) {
            refuseWhereRoutesRun(context);
            return;
        }
        refuseProfile(context);
        Settings settings = Settings.read(context, pipeline);
        Made kept = new Made(context, pipeline);
        All all;
        try {
            KeptBeans known = new KeptBeans(kept, settings);
            SourceBeans sources = new SourceBeans(kept, settings, known);
            new DeliverBeans(kept, settings, known.stats);
            all = new All(kept, sources, known, new RequestBeans(context, pipeline, settings, known, sources));
            try {
                refuseTaken(context.getRegistry(), all.beans());
            } catch (IllegalStateException e) {
                all.requests.end();
                throw e;
            }
        } catch (Exception e) {
            kept.end();
            throw e;
        }
        if (!pipeline.equals(Pipeline.DEFAULT)) {
            context.getComponent("batch", BatchComponent.class)
                    .tells(pipeline, Pipeline.of(context, pipeline).telling());
        }
        kept.beans().forEach(context.getRegistry()::bind);
        all.requests.take(context.getRegistry(), all.sources);
        made = all;
        if (context.isStarted()) {
            ofContext.tellOfNames(context);
        }
    }

    /** Only a command puts it in effect: requests would be sent without what it says. */
    private static void refuseProfile(CamelContext context) {
        String profile = Pipeline.of(context, Pipeline.DEFAULT).set(Profiles.PROPERTY);
        if (profile != null && !profile.isBlank()) {
            throw Setting.bad(
                    Pipeline.PROFILE,
                    profile,
                    "it is for the commands. In a host, list a pipeline in saddlebag.pipelines and set"
                            + " saddlebag.pipeline.NAME.call.profile, or add the file of the profile to the properties of the host.");
        }
    }

    private void refuseWhereRoutesRun(CamelContext context) {
        List<String> routes = context.getRoutes().stream()
                .map(Route::getRouteId)
                .filter(id -> id.startsWith(pipeline + '-'))
                .toList();
        if (!routes.isEmpty()) {
            throw new IllegalStateException(
                    ("00-beans was loaded again while %d routes of Saddlebag run, of which %s is the first; they keep"
                                    + " the beans that they have. Load all route files in one call before the context"
                                    + " starts, or 00-beans as the first; for other beans, stop the context first.")
                            .formatted(routes.size(), routes.get(0)));
        }
    }

    private void refuseTaken(Registry registry, Map<String, Object> beans) {
        String taken = beans.keySet().stream()
                .filter(name -> registry.lookupByName(name) != null)
                .map(name ->
                        name + " (" + registry.lookupByName(name).getClass().getName() + ")")
                .collect(Collectors.joining(", "));
        if (!taken.isEmpty()) {
            throw new IllegalStateException("The registry has a bean with a name of Saddlebag's own: " + taken
                    + ". Give it another name: those that begin with " + pipeline
                    + " belong to the routes of the bundle.");
        }
    }

    /** The beans of requests that routes use now. */
    RequestBeans requests() {
        return all().requests;
    }

    /** Makes others by these settings; nobody uses them before {@link #use}. */
    RequestBeans others(CamelContext context, Settings settings) throws Exception {
        return new RequestBeans(context, pipeline, settings, all().known, all().sources);
    }

    /** These are the ones of all routes that are made from now on. */
    void use(CamelContext context, RequestBeans requests) {
        requests.take(context.getRegistry(), all().sources);
        made = new All(all().kept, all().sources, all().known, requests);
    }

    private All all() {
        All all = made;
        if (all == null) {
            throw new IllegalStateException("The pipeline " + pipeline + " does not run in this context.");
        }
        return all;
    }
}
