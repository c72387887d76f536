package io.github.saddlebag.watch;

import io.github.saddlebag.runtime.Standalone;
import java.util.Collection;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** Makes routes in a context of their own, which starts none of them, to find out whether they are right. */
final class TrialRoutes {

    private TrialRoutes() {}

    /**
     * Makes them with the properties of another context.
     *
     * @throws Exception they cannot be made
     */
    static void make(CamelContext running, Collection<Resource> files) throws Exception {
        Properties properties = new Properties();
        properties.putAll(running.getPropertiesComponent().loadProperties());
        properties.putAll(Standalone.NO_SOURCES);
        String anywhere = System.getProperty("java.io.tmpdir");
        properties.setProperty("saddlebag.deliver.directory", anywhere);
        properties.setProperty("saddlebag.job.directory", anywhere);
        try (DefaultCamelContext trial = new DefaultCamelContext()) {
            trial.disableJMX();
            trial.setAutoStartup(false);
            trial.getPropertiesComponent().setInitialProperties(properties);
            PluginHelper.getRoutesLoader(trial).loadRoutes(files);
            trial.start();
        }
    }
}
