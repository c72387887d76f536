package io.github.saddlebag;

import io.github.saddlebag.setting.Pipelines;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;

/** Adds pipelines to the Camel context of a host, any number of them; each with a name, under which it is called. */
public final class Saddlebag {

    private Saddlebag() {}

    /**
     * Adds a pipeline that is called as {@code batch:NAME}, before the context starts or after. Its properties are {@code
     * saddlebag.pipeline.NAME.*}; what is not set there falls back to {@code saddlebag.*}.
     *
     * @param name a small letter, and up to 30 more, figures and hyphens
     * @throws IllegalArgumentException the name is no name, or taken; the message says why
     * @throws Exception a property is wrong, or the context cannot take the routes
     */
    public static void addTo(CamelContext context, String name) throws Exception {
        Pipelines.of(context).add(name);
    }

    /**
     * Reads the properties of a pipeline again, and makes its requests by them from now on. What arrives meanwhile waits,
     * requests in flight end, what waits for its request keeps its place; nothing is lost, and nothing is sent by both.
     *
     * @param name {@code saddlebag}, or the name that it was added by
     * @return the properties that have changed, without {@code saddlebag.}
     * @throws IllegalArgumentException a value is wrong, or needs a restart; nothing has changed, and the message says why
     * @throws IllegalStateException requests in flight did not end within 60 s; nothing has changed
     * @throws Exception the routes cannot be made with them; those that were there go on
     */
    public static List<String> reload(CamelContext context, String name) throws Exception {
        return new Reload(context, name).properties(UnaryOperator.identity());
    }
}
