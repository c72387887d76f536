package io.github.saddlebag.setting;

import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.jspecify.annotations.Nullable;

/** What knows the context that it belongs to. */
public abstract class InContext implements CamelContextAware {

    private @Nullable CamelContext camelContext;

    /** Null: it belongs to none yet. */
    @Override
    public final @Nullable CamelContext getCamelContext() {
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
}
