package io.github.saddlebag.support;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * A step of a route that may go on later, on another thread. What it throws, an {@link Error} too, ends up on its exchange;
 * Camel's executor would pass it over, and the exchange would never go on.
 */
public abstract class AsyncStep extends AsyncProcessorSupport implements CamelContextAware {

    private @Nullable CamelContext camelContext;

    /**
     * Does the step, or begins it.
     *
     * @param callback told once, when it is done
     * @return whether it is done already
     */
    protected abstract boolean begin(Exchange exchange, AsyncCallback callback);

    /** Null: it belongs to none yet. */
    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** The context, which must be there. */
    protected final CamelContext context() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }

    @Override
    public final boolean process(Exchange exchange, AsyncCallback callback) {
        Once once = new Once(callback);
        try {
            return begin(exchange, once);
        } catch (RuntimeException | Error e) {
            Unrecoverable.report(e);
            if (once.isFirst(Once.DONE)) {
                exchange.setException(e);
                callback.done(true);
            }
            return once.get() == Once.DONE;
        }
    }

    /** A step that failed may have told somebody before who goes on with it. */
    private static final class Once extends AtomicInteger implements AsyncCallback {
        private static final long serialVersionUID = 1;
        private static final int OPEN = 0;
        private static final int DONE = 1;
        private static final int DONE_LATER = 2;

        private final transient AsyncCallback callback;

        private Once(AsyncCallback callback) {
            this.callback = callback;
        }

        private boolean isFirst(int how) {
            return compareAndSet(OPEN, how);
        }

        @Override
        public void done(boolean already) {
            if (isFirst(already ? DONE : DONE_LATER)) {
                callback.done(already);
            }
        }
    }
}
