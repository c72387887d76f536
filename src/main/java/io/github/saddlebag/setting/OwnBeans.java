package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Guards the names of the beans of {@code 00-beans}, of which it is the first: Camel would put them in the place of the
 * host's beans of the same names, without a word. And it loads them again where the context is started again, for Camel
 * forgets them at its stop.
 */
public final class OwnBeans implements CamelContextAware {

    private static final String NAME = "saddlebagBeans";
    private static final String FILE = "saddlebag/routes/00-beans.camel.yaml";
    private static final Pattern BEAN = Pattern.compile("(?m)^ {4}- name: (\\S+)$");

    private @Nullable CamelContext camelContext;

    /** What a context knows of these beans for as long as it lives. */
    static final class Known extends LifecycleStrategySupport {

        private final @Nullable String problem;

        private Known(@Nullable String problem) {
            this.problem = problem;
        }

        @Override
        public void onContextInitializing(CamelContext context) {
            if (context.getRegistry().lookupByName(NAME) != null) {
                return;
            }
            Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
            for (BeanFactoryDefinition<?> bean : model.getCustomBeans()) {
                Resource file = bean.getResource();
                if (NAME.equals(bean.getName()) && file != null) {
                    load(context, file);
                    return;
                }
            }
        }

        private static void load(CamelContext context, Resource file) {
            try {
                PluginHelper.getRoutesLoader(context).loadRoutes(file);
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeException(e);
            }
        }
    }

    /**
     * Looks for beans of the host once, before any other bean of ours is there.
     *
     * @throws IllegalStateException there is one with a name of ours; the message names it
     */
    public void init() {
        CamelContext context = camelContext;
        if (context == null) {
            return;
        }
        ExtendedCamelContext extension = context.getCamelContextExtension();
        Known known = extension.getContextPlugin(Known.class);
        if (known == null) {
            known = new Known(problem(context.getRegistry(), names(context)));
            extension.addContextPlugin(Known.class, known);
            context.addLifecycleStrategy(known);
        }
        if (known.problem != null) {
            throw new IllegalStateException(known.problem);
        }
    }

    private static @Nullable String problem(Registry registry, List<String> names) {
        String taken = names.stream()
                .filter(name -> registry.lookupByName(name) != null)
                .map(name ->
                        name + " (" + registry.lookupByName(name).getClass().getName() + ")")
                .collect(Collectors.joining(", "));
        return taken.isEmpty()
                ? null
                : "The registry has a bean with a name of Saddlebag's own: " + taken
                        + ". Give it another name: those that begin with saddlebag belong to the routes of the bundle.";
    }

    private static List<String> names(CamelContext context) {
        try (InputStream file = context.getClassResolver().loadResourceAsStream(FILE)) {
            return file == null
                    ? List.of()
                    : BEAN.matcher(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                            .results()
                            .map(bean -> bean.group(1))
                            .toList();
        } catch (IOException e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
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
