package io.github.saddlebag.setting;

/** A bean of the routes that has the name of its pipeline in its threads, or the properties of it in its messages. */
public interface OfPipeline {

    /** Told before anything else, once. */
    void setPipeline(Pipeline pipeline);
}
