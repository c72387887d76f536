package io.github.saddlebag;

import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;

/** Keeps the delay that a host sets for all routes of its context out of those of a pipeline: YAML has no word for it. */
final class NoDelay extends ModelLifecycleStrategySupport {

    private final String start;

    private NoDelay(String pipeline) {
        this.start = pipeline + '-';
    }

    static void of(CamelContext context, String pipeline) {
        NoDelay strategy = new NoDelay(pipeline);
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        model.addModelLifecycleStrategy(strategy);
        model.getRouteDefinitions().forEach(strategy::onAddRouteDefinition);
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        if (route.getDelayer() == null && String.valueOf(route.getRouteId()).startsWith(start)) {
            route.setDelayer("0");
        }
    }
}
