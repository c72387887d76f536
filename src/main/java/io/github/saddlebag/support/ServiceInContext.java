package io.github.saddlebag.support;

import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/** A service that knows the context that it belongs to. */
public abstract class ServiceInContext extends ServiceSupport implements CamelContextAware {

    private @Nullable CamelContext camelContext;

    /** Null: it belongs to none yet. */
    @Override
    public final @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public final void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    /** The context, which must be there. */
    protected final CamelContext context() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }
}
