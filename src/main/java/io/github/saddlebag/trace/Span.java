package io.github.saddlebag.trace;

import io.github.saddlebag.stats.SentCall;
import org.jspecify.annotations.Nullable;

/** Something that takes its time and is told to the host's traces when it is over. Ended once; what comes later is dropped. */
public interface Span {

    /** What makes another span one of its children, in the form of W3C Trace Context. */
    String traceparent();

    /** It is over. @param error what kind of failure ended it, never its text; null: none */
    void end(@Nullable String error);

    /** The request is over that it is the span of. */
    void end(SentCall call);
}
