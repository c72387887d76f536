package io.github.saddlebag.http;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.Names;
import io.github.saddlebag.config.CallSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.config.SingleSettings;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Sends;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.DaemonThreads;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of the mode {@code single}, opened with the first request. They need {@code io.vertx:vertx-core}, which
 * a host that does not use that mode need not have.
 */
public final class AsyncHttp implements EndsWithContext {

    private static final int LOOK_UPS_AT_ONCE = 4;
    private static final String NO_VERTX =
            "it needs io.vertx:vertx-core 4.5 on the class path, which a host that has" + " the routes included adds.";

    private final ThreadPoolExecutor lookUps = new ThreadPoolExecutor(
            LOOK_UPS_AT_ONCE,
            LOOK_UPS_AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named("saddlebag-names"));
    private final Names names;
    private volatile Names.Lookup lookup = InetAddress::getAllByName;
    private final Network network;
    private final CallSettings call;
    private final SingleSettings single;
    private final Wire.Version version;
    private final Sends sends;
    private final int maxBytes;
    private volatile @Nullable Wire wire;
    private volatile boolean rehearsed;
    private boolean closed;

    public AsyncHttp(Settings settings, Network network, Rate rate) {
        lookUps.allowCoreThreadTimeOut(true);
        this.network = network;
        call = settings.call();
        single = settings.single();
        sends = rate.sends();
        maxBytes = Setting.arrayLength(settings.answer().maxBytes());
        names = new Names(host -> lookup.all(host), single.dnsTtl(), lookUps, System::nanoTime);
        String given = call.httpVersion();
        version = switch (given.trim()) {
            case "1.1" -> Wire.Version.HTTP_1;
            case "2" -> Wire.Version.HTTP_2;
            case "2-prior-knowledge" -> Wire.Version.HTTP_2_PRIOR_KNOWLEDGE;
            default -> throw Setting.bad("call.http-version", given, "give 1.1, 2 or 2-prior-knowledge.");
        };
    }

    /** Refuses a mode that cannot work, before anybody waits for an answer; called when all is configured. */
    public void init() {
        if (call.isSingle()) {
            try {
                Class.forName("io.vertx.core.Vertx", false, AsyncHttp.class.getClassLoader());
            } catch (ClassNotFoundException e) {
                throw Setting.bad("call.mode", "single", NO_VERTX);
            }
        }
    }

    public Wire wire() {
        Wire open = wire;
        return open != null ? open : open();
    }

    private synchronized Wire open() {
        Wire open = wire;
        if (open == null) {
            if (closed) {
                throw new RejectedExecutionException("The runtime has stopped.");
            }
            try {
                open = new VertxWire(new Wire.Terms(
                        network,
                        version,
                        call.connectTimeout(),
                        call.responseTimeout(),
                        call.totalTimeout(),
                        connections(),
                        connectionsPerHost(),
                        maxBytes,
                        sends));
            } catch (NoClassDefFoundError e) {
                throw new IllegalStateException("saddlebag.call.mode is 'single': " + NO_VERTX, e);
            }
            wire = open;
        }
        return open;
    }

    /** Finds the addresses of a host; the listener is told on the thread that asks, which is that of the connections. */
    public void find(Address address, Names.Listener listener) {
        InetAddress literal = address.literal();
        if (literal != null) {
            listener.found(new InetAddress[] {literal}, null);
            return;
        }
        Thread asking = Thread.currentThread();
        names.find(address.host(), (addresses, problem) -> {
            if (Thread.currentThread() == asking) {
                listener.found(addresses, problem);
            } else {
                execute(() -> listener.found(addresses, problem));
            }
        });
    }

    /** The addresses of hosts. */
    public Names names() {
        return names;
    }

    public void execute(Runnable task) {
        wire().execute(task);
    }

    public void after(long nanos, Runnable task) {
        wire().after(nanos, task);
    }

    /** Whether nothing goes out, and little is known of names. */
    public boolean isRehearsed() {
        return rehearsed;
    }

    public boolean isProxied() {
        return network.proxy() != null;
    }

    public Duration connectTimeout() {
        return call.connectTimeout();
    }

    public int maxBytes() {
        return maxBytes;
    }

    public int connections() {
        return single.connections();
    }

    public int connectionsPerHost() {
        return call.concurrencyPerLane() > 0 ? call.concurrencyPerLane() : call.concurrency();
    }

    /** Closes all connections; requests under way fail. */
    @Override
    public synchronized void end() {
        closed = true;
        lookUps.shutdownNow();
        Wire open = wire;
        if (open != null) {
            open.close();
        }
    }

    /**
     * From now on nothing goes out, and no name is looked up: of a name that is not this machine's nothing is known. To be
     * called before the first request.
     */
    public synchronized void rehearse(Rehearsal rehearsal) {
        wire = new RehearsedWire(rehearsal);
        rehearsed = true;
        lookup = host -> host.equals("localhost") || host.endsWith(".localhost")
                ? new InetAddress[] {InetAddress.getLoopbackAddress()}
                : new InetAddress[0];
    }

    /** From now on each request is shown before it goes out, and each response; to be called before the first request. */
    public synchronized void watch(CallWatch watch) {
        wire = new WatchedWire(open(), watch);
    }

    /** How names are looked up, where it is not the runtime's way. */
    void lookup(Names.Lookup other) {
        lookup = other;
    }
}
