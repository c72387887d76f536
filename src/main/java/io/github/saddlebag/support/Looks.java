package io.github.saddlebag.support;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** When a source looked for items last. One thread looks, any thread asks. */
public final class Looks {

    private final LongSupplier nanos;
    private volatile @Nullable Look last;
    private volatile boolean waits;

    private record Look(CamelContext context, @Nullable String route, long nanos) {}

    public Looks() {
        this(System::nanoTime);
    }

    Looks(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** It looks now, with an exchange of its route. */
    public void now(Exchange exchange) {
        last = new Look(exchange.getContext(), exchange.getFromRouteId(), nanos.getAsLong());
    }

    /** Whether it waits for room: then it need not look. */
    public void waits(boolean forRoom) {
        Look before = last;
        if (before != null && !forRoom) {
            last = new Look(before.context, before.route, nanos.getAsLong());
        }
        waits = forRoom;
    }

    /** How long it has not looked; zero where it need not: it never did, it waits for room, or its route does not run. */
    public Duration silent() {
        Look look = last;
        if (look == null || waits || !isRunning(look)) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, nanos.getAsLong() - look.nanos));
    }

    private static boolean isRunning(Look look) {
        return look.context.isStarted()
                && look.route != null
                && look.context.getRoute(look.route) != null
                && look.context.getRouteController().getRouteStatus(look.route).isStarted();
    }
}
