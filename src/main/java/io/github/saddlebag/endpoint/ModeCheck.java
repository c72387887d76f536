package io.github.saddlebag.endpoint;

import io.github.saddlebag.setting.NearMiss;
import io.github.saddlebag.setting.Pipeline;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;

/** Sees when the context starts that there is a route for the mode, where batches are made: items would wait for it. */
public record ModeCheck(String pipeline, String mode) implements StartupListener {

    private static final List<String> MODES = List.of("batch", "single", "job");

    /** That there is no route for a mode. */
    public static String missing(String pipeline, String mode) {
        String route = pipeline + "-call-" + mode;
        return "saddlebag.call.mode is '" + mode + "': there is no route " + route
                + (MODES.contains(mode)
                        ? ". Include its file, or add a route from direct:" + route + "."
                        : "; the modes are batch, single and job." + NearMiss.question(mode, MODES));
    }

    /** @throws IllegalArgumentException there is none */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // a running context adds its routes after the beans that they need
        boolean isKnown = alreadyStarted
                || begins(context, "direct://" + pipeline + "-call-" + mode)
                || MODES.contains(mode) && !begins(context, "batch://" + pipeline);
        if (!isKnown) {
            throw new IllegalArgumentException(Pipeline.of(context, pipeline).told(missing(pipeline, mode)));
        }
    }

    private static boolean begins(CamelContext context, String uri) {
        return context.getRoutes().stream()
                .anyMatch(route ->
                        route.getEndpoint().getEndpointUri().split("\\?", 2)[0].equals(uri));
    }
}
