package io.github.saddlebag.support;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Tells those who wait that the context is about to stop, before any of its routes does. (What Camel tells the steps of a
 * route comes later, when it may be waiting for them already.)
 */
public final class StopSignal extends LifecycleStrategySupport {

    private final Runnable whenStopping;
    private final Runnable whenStarting;

    private StopSignal(Runnable whenStopping, Runnable whenStarting) {
        this.whenStopping = whenStopping;
        this.whenStarting = whenStarting;
    }

    /** Runs these as often as the context is about to stop, and to start. */
    public static void of(CamelContext context, Runnable whenStopping, Runnable whenStarting) {
        context.addLifecycleStrategy(new StopSignal(whenStopping, whenStarting));
    }

    /** Those that a bean has made, of whatever was made since these were there. */
    public static List<StopSignal> since(CamelContext context, List<LifecycleStrategy> before) {
        return context.getLifecycleStrategies().stream()
                .filter(strategy -> !before.contains(strategy))
                .filter(StopSignal.class::isInstance)
                .map(StopSignal.class::cast)
                .toList();
    }

    /** Who waits is told as at a stop, though it is only that other routes are to come. */
    public void stop() {
        whenStopping.run();
    }

    /** They may wait again. */
    public void start() {
        whenStarting.run();
    }

    /** When the context's time to stop would be over if it began to stop now, of {@link System#nanoTime}. */
    public static long endNanos(CamelContext context) {
        ShutdownStrategy strategy = context.getShutdownStrategy();
        return System.nanoTime() + strategy.getTimeUnit().toNanos(strategy.getTimeout());
    }

    @Override
    public void onContextStopping(CamelContext context) {
        whenStopping.run();
    }

    /** Who waits is gone with its context's beans; after a start there are others. */
    @Override
    public void onContextStopped(CamelContext context) {
        context.getLifecycleStrategies().remove(this);
    }

    @Override
    public void onContextStarting(CamelContext context) {
        whenStarting.run();
    }
}
