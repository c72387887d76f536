package io.github.saddlebag.trace;

import java.util.Collection;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Begins spans. Nothing of an item and no address but the host's name is told to them. */
public interface Spans {

    /**
     * A message begins to wait for the outcomes of its items; those find its context in its {@code traceparent}. As it goes
     * on, the context is the one that it came with. Nothing of that where a tracer of Camel does it already.
     *
     * @return what to call in the place of the callback
     */
    AsyncCallback parked(Exchange exchange, String pipeline, int items, AsyncCallback callback);

    /**
     * A batch has left, a trace of its own.
     *
     * @param contexts each {@code traceparent} that an item of it came with; the span has links to them
     */
    Span batch(String pipeline, String id, int items, String cause, Collection<String> contexts);

    /**
     * A request is sent.
     *
     * @param parent a {@code traceparent}; null: it is a trace of its own
     * @param resend how often it was sent before
     */
    Span call(@Nullable String parent, String method, int resend);
}
