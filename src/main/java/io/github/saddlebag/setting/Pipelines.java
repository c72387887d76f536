package io.github.saddlebag.setting;

import com.fasterxml.jackson.databind.util.ClassUtil;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;

/**
 * The pipelines of a context that are made from the route files, besides the one that the files make as they stand: those
 * that a host adds by name, and those that {@code saddlebag.pipelines} lists. The latter are made of the files that are
 * loaded into the context, wherever these come from, and of no others: before the context starts all at once, and later
 * file by file, as they come.
 */
public final class Pipelines extends LifecycleStrategySupport {

    private static final String OURS = Pipeline.DEFAULT + '-';
    private static final String FILES = "classpath:saddlebag/routes/*.camel.yaml";

    private final CamelContext context;
    /** Where the files stand that each pipeline is made of, by its name. */
    private final Map<String, Set<String>> added = new LinkedHashMap<>();
    /** Where routes of ours stand that are loaded into the context. */
    private final Map<String, Resource> loaded = new LinkedHashMap<>();

    /** Those that are added later: their properties are there already. */
    private final Set<String> expected = new LinkedHashSet<>();

    private Set<String> listed = Set.of();

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

    /** The names of those that there are, and of the one that the files make as they stand, unless others are listed. */
    public synchronized Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (Pipeline.of(context, Pipeline.DEFAULT).isMade()) {
            names.add(Pipeline.DEFAULT);
        }
        names.addAll(added.keySet());
        return names;
    }

    /** Their names, and those of pipelines that are added later. */
    public synchronized Set<String> known() {
        Set<String> known = names();
        known.addAll(expected);
        return known;
    }

    synchronized void expect(String name) {
        expected.add(name);
    }

    /**
     * Adds a pipeline from the route files of the jar, before the context starts or after.
     *
     * @throws IllegalArgumentException the name is no name, or taken; the message says why
     */
    public void add(String name) throws Exception {
        PipelineNames.checked(name);
        Set<String> names = PipelineNames.listed(context);
        if (names.contains(name)) {
            throw new IllegalArgumentException("The pipeline " + name + " is named in " + Pipeline.LIST
                    + ": the route files that are loaded by pattern add it. Leave it out there, or here.");
        }
        if (name.equals(Pipeline.DEFAULT) && !names.isEmpty()) {
            throw new IllegalArgumentException(
                    Pipeline.LIST + " is set, and does not name " + name + ". Add it there.");
        }
        boolean isThere = name.equals(Pipeline.DEFAULT)
                ? model().getCustomBeans().stream().anyMatch(bean -> Pipeline.BEANS.equals(bean.getName()))
                : added.containsKey(name);
        if (isThere) {
            throw new IllegalArgumentException("There is a pipeline " + name + " already. Each has a name of its own.");
        } else if (name.equals(Pipeline.DEFAULT)) {
            load();
        } else {
            add(name, files());
        }
    }

    /** Loads the route files of the jar as they stand. */
    void load() throws Exception {
        load(sorted(files()));
    }

    private Collection<Resource> files() throws Exception {
        return PluginHelper.getPackageScanResourceResolver(context).findResources(FILES);
    }

    /** Adds of a pipeline what these files make that it is not made of yet. */
    private synchronized void add(String name, Collection<Resource> files) throws Exception {
        Set<String> before = added.get(name);
        Set<String> places = added.computeIfAbsent(name, any -> new LinkedHashSet<>());
        int number = new ArrayList<>(added.keySet()).indexOf(name) + 1;
        List<Resource> copies = new ArrayList<>();
        for (Resource file : sorted(files)) {
            if (places.add(file.getLocation())) {
                copies.add(RouteCopy.of(file, name, number));
            }
        }
        try {
            if (before == null) {
                refuseTaken(name, copies);
            }
            PipelineFunction.addTo(context);
            load(copies);
        } catch (Exception e) {
            if (before == null) {
                added.remove(name);
            }
            throw named(e, name);
        }
    }

    /** The same failure in the words of the pipeline, where it is about a property. */
    private Exception named(Exception e, String name) {
        String message = ClassUtil.getRootCause(e).getMessage();
        String told = message == null ? null : Pipeline.of(context, name).told(message);
        if (told == null || told.equals(message)) {
            return e;
        }
        Exception named = new IllegalArgumentException(told);
        named.addSuppressed(e);
        return named;
    }

    /**
     * The beans of the files as they stand are about to be made: where {@code saddlebag.pipelines} is set, the routes are
     * those of the listed pipelines.
     */
    public void begin() throws Exception {
        Set<String> names = PipelineNames.listed(context);
        if (names.isEmpty() || !listed.isEmpty()) {
            return;
        }
        listed = names;
        Model model = model();
        Function<RouteDefinition, Boolean> before = model.getRouteFilter();
        model.setRouteFilter(route -> (before == null || before.apply(route)) && take(route));
        for (RouteDefinition route : List.copyOf(model.getRouteDefinitions())) {
            if (!take(route)) {
                model.removeRouteDefinition(route);
            }
        }
        context.addLifecycleStrategy(this);
    }

    /** Whether a route that is loaded is one that the context gets. */
    private boolean take(RouteDefinition route) {
        String id = route.getRouteId();
        Resource file = route.getResource();
        if (id == null || !id.startsWith(OURS) || file == null) {
            return true;
        }
        loaded.put(file.getLocation(), file);
        if (context.isStarted()) {
            addListed();
        }
        return listed.contains(Pipeline.DEFAULT);
    }

    @Override
    public void onContextInitializing(CamelContext starting) {
        addListed();
    }

    private void addListed() {
        try {
            Map<String, Resource> files = new LinkedHashMap<>(loaded);
            for (BeanFactoryDefinition<?> bean : model().getCustomBeans()) {
                if (Pipeline.BEANS.equals(bean.getName()) && bean.getResource() != null) {
                    files.put(bean.getResource().getLocation(), bean.getResource());
                    putRules(bean.getResource().getLocation(), files);
                }
            }
            for (String name : listed) {
                if (!name.equals(Pipeline.DEFAULT)) {
                    add(name, files.values());
                }
            }
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** Camel does not say which files its rules for errors come from: they stand beside the beans. */
    private void putRules(String beans, Map<String, Resource> files) throws Exception {
        Set<String> ids = new LinkedHashSet<>();
        model().getRouteConfigurationDefinitions().forEach(rules -> ids.add(String.valueOf(rules.getId())));
        String folder = beans.substring(0, beans.lastIndexOf('/') + 1);
        for (Resource file :
                PluginHelper.getPackageScanResourceResolver(context).findResources(folder + "*.camel.yaml")) {
            if (ids.contains(RouteCopy.id(RouteCopy.RULES, RouteCopy.text(file)))) {
                files.put(file.getLocation(), file);
            }
        }
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
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
            ids.add(RouteCopy.id(RouteCopy.ROUTE, RouteCopy.text(copy)));
        }
        for (RouteDefinition route : model().getRouteDefinitions()) {
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
