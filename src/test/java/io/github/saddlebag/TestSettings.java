package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.setting.Pipeline;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;

/** All settings, as they are shipped but for some. */
public final class TestSettings {

    private TestSettings() {}

    /** @param others names, without {@code saddlebag.}, and values in turn */
    public static Settings of(String... others) {
        Properties properties = new Properties();
        for (int i = 0; i < others.length; i += 2) {
            properties.setProperty("saddlebag." + others[i], others[i + 1]);
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(properties);
            return Settings.read(context, Pipeline.DEFAULT);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
