package io.github.saddlebag.setting;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.PropertiesFunction;
import org.jspecify.annotations.Nullable;

/**
 * What <code>{{saddlebag:NAME.K:default}}</code> stands for in the routes of the pipeline {@code NAME}: the value of its
 * property {@code K}, with all that it falls back to.
 */
final class PipelineFunction implements PropertiesFunction {

    static final String FUNCTION = "saddlebag";

    private final CamelContext context;

    private PipelineFunction(CamelContext context) {
        this.context = context;
    }

    /** Adds it to the context; again, changes nothing. */
    static void addTo(CamelContext context) {
        PropertiesComponent properties = context.getPropertiesComponent();
        if (!properties.hasPropertiesFunction(FUNCTION)) {
            properties.addPropertiesFunction(new PipelineFunction(context));
        }
    }

    @Override
    public String getName() {
        return FUNCTION;
    }

    @Override
    public @Nullable String apply(String remainder) {
        int end = remainder.indexOf(':');
        String key = end < 0 ? remainder : remainder.substring(0, end);
        String fallback = end < 0 ? null : remainder.substring(end + 1);
        int dot = key.indexOf('.');
        return Pipeline.of(context, key.substring(0, dot)).value(key.substring(dot + 1), fallback);
    }
}
