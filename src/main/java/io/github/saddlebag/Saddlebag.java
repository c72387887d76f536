package io.github.saddlebag;

import io.github.saddlebag.setting.Pipelines;
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
}
