package io.github.saddlebag;

import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Pipelines;
import org.apache.camel.CamelContext;

/**
 * The one bean of {@code 00-beans}: makes all others that the routes name, once in a context for each pipeline, however
 * often Camel makes this one. They end at each stop of the context, when all routes are stopped; where it is started
 * again, they are made again, for Camel forgets beans at its stop.
 */
public final class PipelineBeans extends InContext {

    private String pipeline = Pipeline.DEFAULT;

    /**
     * Makes the others, where they are not there yet.
     *
     * @throws IllegalArgumentException a property is wrong; the message names it
     * @throws IllegalStateException the host has a bean with a name of ours, or routes run that hold other beans
     */
    public void init() throws Exception {
        CamelContext context = context();
        PipelineMade made = PipelineMade.of(context, pipeline);
        if (Pipeline.of(context, pipeline).isMade()) {
            made.make(context);
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
