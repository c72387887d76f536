package io.github.saddlebag.runtime;

import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;

/** The properties of a runtime whose file is read again while it runs. */
public final class LiveProperties {

    private final CamelContext context;
    private final Reading reading;
    private Configuration now;
    private Configuration before;

    /** Reads the file. */
    interface Reading {

        Configuration read() throws UsageException;
    }

    LiveProperties(CamelContext context, Reading reading) throws UsageException {
        this.context = context;
        this.reading = reading;
        now = reading.read();
        before = now;
    }

    /**
     * Reads the file again; its values are those of the context from now on, until {@link #takeBack}.
     *
     * @return the properties that differ
     * @throws UsageException the file is wrong, and nothing has changed
     */
    public Set<String> read() throws UsageException {
        Configuration next = reading.read();
        next.check();
        Set<String> names = new TreeSet<>(now.mentioned());
        names.addAll(next.mentioned());
        Configuration last = now;
        names.removeIf(name -> Objects.equals(last.valueOr(name, ""), next.valueOr(name, "")));
        set(next);
        return names;
    }

    /** The values are again what they were before they were read. */
    public void takeBack() {
        set(before);
    }

    private void set(Configuration next) {
        PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
        properties.setInitialProperties(changed(properties.getInitialProperties(), now.written(), next.written()));
        properties.setOverrideProperties(changed(properties.getOverrideProperties(), now.winning(), next.winning()));
        before = now;
        now = next;
    }

    private static Properties changed(Properties all, Map<String, String> old, Map<String, String> next) {
        Properties changed = new Properties();
        changed.putAll(all);
        old.keySet().forEach(changed::remove);
        changed.putAll(next);
        return changed;
    }
}
