package io.github.saddlebag;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Pipelines;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

/**
 * The one bean of {@code 00-beans}: makes all others that the routes name, once in a context for each pipeline, however
 * often Camel makes this one. They end at each stop of the context, when all routes are stopped; where it is started
 * again, they are made again, for Camel forgets beans at its stop.
 */
public final class PipelineBeans extends InContext {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineBeans.class);
    private static final String NAME = "Beans";

    private String pipeline = Pipeline.DEFAULT;

    /** The beans of the pipelines of a context. */
    private static final class AllMade {

        private final Map<String, PipelineMade> byPipeline = new ConcurrentHashMap<>();
    }

    /** The beans of a pipeline, for as long as its context lives. */
    private static final class PipelineMade extends LifecycleStrategySupport {

        private final String pipeline;
        private @Nullable Made made;

        private PipelineMade(String pipeline) {
            this.pipeline = pipeline;
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

        /** Camel stops its registry once, and never starts it: at the stop of a later start it would forget these. */
        @Override
        public void onContextStopped(CamelContext context) {
            if (made != null) {
                made.end();
                made.beans().keySet().forEach(context.getRegistry()::unbind);
                made = null;
            }
            context.getRegistry().unbind(pipeline + NAME);
        }

        /** Routes that run keep what they have, and share it with the routes that come. */
        private void make(CamelContext context) throws Exception {
            if (made != null) {
                refuseWhereRoutesRun(context);
                return;
            }
            Made all = new Made(context, pipeline);
            try {
                make(all, Settings.read(context, pipeline));
                refuseTaken(context.getRegistry(), all);
            } catch (Exception e) {
                all.end();
                throw e;
            }
            all.beans().forEach(context.getRegistry()::bind);
            made = all;
            tellOfUnknown(context);
        }

        /** A Spring application may write names in other ways, and tells Camel of none. */
        private void tellOfUnknown(CamelContext context) {
            List<String> meant = Known.meant(context.getPropertiesComponent()
                    .loadProperties(name -> name.startsWith("saddlebag.") && !name.startsWith(Pipeline.LIST))
                    .stringPropertyNames());
            if (!meant.isEmpty() && pipeline.equals(Pipeline.DEFAULT)) {
                LOG.warn("{}", String.join(" ", meant));
            }
        }

        private static void make(Made made, Settings settings) throws Exception {
            FormatBeans formats = new FormatBeans(made, settings);
            EndpointBeans endpoint = new EndpointBeans(made, settings);
            BatchBeans batches = new BatchBeans(made, settings, formats, endpoint);
            SourceBeans sources = new SourceBeans(made, settings, formats, endpoint.stats);
            AdmissionBeans admission = new AdmissionBeans(made, settings, endpoint, sources);
            batches.departures(admission.admission);
            CallBeans calls = new CallBeans(made, settings, formats, endpoint, batches, admission);
            new JobBeans(made, settings, formats, endpoint, batches);
            new SingleBeans(made, settings, formats, endpoint, batches, calls);
            new DeliverBeans(made, settings, endpoint);
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

        private void refuseTaken(Registry registry, Made all) {
            String taken = all.beans().keySet().stream()
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
    }

    /**
     * Makes the others, where they are not there yet.
     *
     * @throws IllegalArgumentException a property is wrong; the message names it
     * @throws IllegalStateException the host has a bean with a name of ours, or routes run that hold other beans
     */
    public void init() throws Exception {
        CamelContext context = context();
        ExtendedCamelContext extension = context.getCamelContextExtension();
        AllMade all = extension.getContextPlugin(AllMade.class);
        if (all == null) {
            all = new AllMade();
            extension.addContextPlugin(AllMade.class, all);
        }
        PipelineMade known = all.byPipeline.get(pipeline);
        if (known == null) {
            known = new PipelineMade(pipeline);
            all.byPipeline.put(pipeline, known);
            context.addLifecycleStrategy(known);
        }
        if (Pipeline.of(context, pipeline).isMade()) {
            known.make(context);
        }
        if (pipeline.equals(Pipeline.DEFAULT)) {
            Pipelines.of(context).begin();
        }
    }

    /** Whose beans they are. */
    public void setPipeline(String pipeline) {
        this.pipeline = pipeline;
    }
}
