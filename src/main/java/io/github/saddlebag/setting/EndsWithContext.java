package io.github.saddlebag.setting;

/**
 * A bean of the routes that holds threads, files or connections for as long as its context runs. Not Camel's {@code
 * destroyMethod}: it is called at the first stop of a context only, and for a bean that routes still use, once another one
 * was made in its place.
 */
public interface EndsWithContext {

    /** The context stops, and no route runs any more; again, does nothing. */
    void end() throws Exception;
}
