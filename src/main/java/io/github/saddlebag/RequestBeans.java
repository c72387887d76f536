package io.github.saddlebag;

import io.github.saddlebag.config.Settings;
import io.github.saddlebag.endpoint.Hosts;
import io.github.saddlebag.support.StopSignal;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.Registry;

/** The beans of how requests are made, in whose place others may come while items flow. */
final class RequestBeans {

    final Made made;
    final Settings settings;
    private final CamelContext context;
    private final List<StopSignal> signals;
    private final EndpointBeans endpoint;
    private final FormatBeans formats;
    private final Hosts hosts;

    RequestBeans(CamelContext context, String pipeline, Settings settings, KeptBeans kept, SourceBeans sources)
            throws Exception {
        this.context = context;
        this.settings = settings;
        made = new Made(context, pipeline);
        List<LifecycleStrategy> before = List.copyOf(context.getLifecycleStrategies());
        try {
            formats = new FormatBeans(made, settings);
            endpoint = new EndpointBeans(made, settings, kept);
            AdmissionBeans admission = new AdmissionBeans(made, settings, endpoint, sources);
            BatchBeans batches = new BatchBeans(made, settings, formats, endpoint, admission.admission);
            CallBeans calls = new CallBeans(made, settings, kept, formats, endpoint, batches, admission.besides);
            hosts = new SingleBeans(made, settings, formats, endpoint, batches, admission, calls).hosts;
        } catch (Exception e) {
            made.end();
            StopSignal.since(context, before).forEach(context.getLifecycleStrategies()::remove);
            throw e;
        }
        signals = StopSignal.since(context, before);
    }

    /** Those who wait are told that other routes come. */
    void stopWaiting() {
        signals.forEach(StopSignal::stop);
    }

    /** They may wait again. */
    void mayWait() {
        signals.forEach(StopSignal::start);
    }

    /** What is known of the endpoint, and how much was sent under the limit of the rate, counts on. */
    void follow(RequestBeans before) {
        endpoint.target.follow(before.endpoint.target);
        hosts.follow(before.hosts);
        if (endpoint.rate.sends().isLimited()) {
            endpoint.rate.sends().follow(before.endpoint.rate.sends());
        }
    }

    /** From now on these are the ones that routes and sources find. */
    void take(Registry registry, SourceBeans sources) {
        made.beans().forEach(registry::bind);
        sources.follow(settings, formats);
    }

    /** Nobody uses them any more. */
    void end() {
        made.end();
        signals.forEach(context.getLifecycleStrategies()::remove);
    }
}
