package io.github.saddlebag.runtime;

import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * Has Camel tell errors, and ask the environment and the JVM for properties last: what they say of ours is among those that
 * win over the file, and flags win over both.
 */
final class BeforeStart extends MainListenerSupport {

    @Override
    public void beforeInitialize(BaseMainSupport main) {
        main.getCamelContext().getCamelContextExtension().setReactiveExecutor(new ToldErrors());
        if (main.getCamelContext().getPropertiesComponent() instanceof PropertiesComponent properties) {
            properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
            properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
        }
    }
}
