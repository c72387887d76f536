package io.github.saddlebag.setting;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** The pipelines of a context that were made from the route files, besides the one that the files make as they stand. */
public final class Pipelines {

    private static final String FILES = "classpath:saddlebag/routes/*.camel.yaml";

    private final CamelContext context;
    private final Set<String> added = new LinkedHashSet<>();

    private Pipelines(CamelContext context) {
        this.context = context;
    }

    /** Those of a context. */
    public static synchronized Pipelines of(CamelContext context) {
        ExtendedCamelContext extension = context.getCamelContextExtension();
        Pipelines pipelines = extension.getContextPlugin(Pipelines.class);
        if (pipelines == null) {
            pipelines = new Pipelines(context);
            extension.addContextPlugin(Pipelines.class, pipelines);
        }
        return pipelines;
    }

    /**
     * Adds a pipeline from the route files of the jar, before the context starts or after.
     *
     * @throws IllegalArgumentException the name is no name, or taken; the message says why
     */
    public void add(String name) throws Exception {
        Set<String> listed = Pipeline.listed(context);
        if (listed.contains(name)) {
            throw new IllegalArgumentException("The pipeline " + name + " is named in " + Pipeline.LIST
                    + ": the route files that are loaded by pattern add it. Leave it out there, or here.");
        }
        Collection<Resource> files =
                PluginHelper.getPackageScanResourceResolver(context).findResources(FILES);
        if (Pipeline.checked(name).equals(Pipeline.DEFAULT)) {
            load(sorted(files));
        } else {
            add(name, files);
        }
    }

    /** Adds a pipeline from these files. */
    private synchronized void add(String name, Collection<Resource> files) throws Exception {
        if (added.contains(name)) {
            throw new IllegalArgumentException("There is a pipeline " + name + " already. Each has a name of its own.");
        }
        int number = added.size() + 1;
        List<Resource> copies = new ArrayList<>();
        for (Resource file : sorted(files)) {
            copies.add(RouteCopy.of(file, name, number));
        }
        refuseTaken(name, copies);
        PipelineFunction.addTo(context);
        added.add(name);
        try {
            load(copies);
        } catch (Exception e) {
            added.remove(name);
            throw e;
        }
    }

    /** In their order: the beans come before who holds them. */
    private static List<Resource> sorted(Collection<Resource> files) {
        return files.stream()
                .sorted(Comparator.comparing(Resource::getLocation))
                .toList();
    }

    private void load(List<Resource> files) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(files);
    }

    /** Camel would put these routes in the place of the host's, without a word. */
    private void refuseTaken(String name, List<Resource> copies) throws Exception {
        Set<String> ids = new LinkedHashSet<>();
        ids.add(name);
        for (Resource copy : copies) {
            ids.add(RouteCopy.routeId(RouteCopy.text(copy)));
        }
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteDefinition route : model.getRouteDefinitions()) {
            String id = route.getRouteId();
            if (ids.contains(id)) {
                throw taken(name, "there is a route " + id);
            }
            if (isBatch(route, name)) {
                throw taken(name, "the route " + id + " begins with batch:" + name);
            }
        }
    }

    private static boolean isBatch(RouteDefinition route, String name) {
        String uri = route.getInput() == null ? null : route.getInput().getEndpointUri();
        return uri != null && uri.replace("//", "").split("\\?", 2)[0].equals("batch:" + name);
    }

    private static IllegalArgumentException taken(String name, String why) {
        return new IllegalArgumentException(
                "The pipeline " + name + " cannot be added, as " + why + ". Give one of them another name.");
    }
}
