package io.github.saddlebag.serve;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Makes the port of a server. */
final class CallerTransport extends JDKTransport {

    private static final int MANY = 1 << 30;
    private static final int SPARE = 128;

    private final int most;
    private volatile @Nullable Port port;

    CallerTransport(CallerSettings settings) {
        int given = settings.given().maxConnections();
        most = given > 0 ? given : affordable();
    }

    /**
     * Leaves a quarter of the process's descriptors, and 256, to the endpoint, files and the runtime; and many where a lot of
     * files are open already.
     */
    private static int affordable() {
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        if (system == null) {
            return MANY;
        }
        long all = system.getMaxFileDescriptorCount();
        long left = Math.max(all / 4, Math.max(256, system.getOpenFileDescriptorCount() + SPARE));
        return (int) Math.min(MANY, Math.max(16, all - left));
    }

    Vertx vertx(VertxOptions options) {
        return new VertxBuilder(options).findTransport(this).init().vertx();
    }

    /** How many connections may be open at once. */
    int most() {
        return most;
    }

    /** Null: the server does not listen. */
    @Nullable
    Port port() {
        return port;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return () -> {
            Port made = new Port(most);
            port = made;
            return made;
        };
    }
}
