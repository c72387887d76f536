package io.github.saddlebag.http;

import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.Names;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Sends;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.support.DaemonThreads;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
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
    private Names.Lookup lookup = InetAddress::getAllByName;
    private Network network = new Network();
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofSeconds(30);
    private Duration totalTimeout = Duration.ofSeconds(30);
    private Duration namesKept = Duration.ofMinutes(5);
    private Wire.Version version = Wire.Version.HTTP_1;
    private Sends sends = new Rate().sends();
    private int concurrency = 8;
    private int connections = 100;
    private int connectionsPerHost;
    private int maxBytes = 64 << 20;
    private volatile @Nullable Wire wire;
    private @Nullable Names names;
    private volatile boolean rehearsed;
    private boolean closed;
    private boolean needed;

    public AsyncHttp() {
        lookUps.allowCoreThreadTimeOut(true);
    }

    /** Refuses a mode that cannot work, before anybody waits for an answer; called when all is configured. */
    public void init() {
        if (needed) {
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
                        connectTimeout,
                        responseTimeout,
                        totalTimeout,
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
        names().find(address.host(), (addresses, problem) -> {
            if (Thread.currentThread() == asking) {
                listener.found(addresses, problem);
            } else {
                execute(() -> listener.found(addresses, problem));
            }
        });
    }

    /** The addresses of hosts. */
    public synchronized Names names() {
        Names known = names;
        if (known == null) {
            known = new Names(lookup, namesKept, lookUps, System::nanoTime);
            names = known;
        }
        return known;
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
        return connectTimeout;
    }

    public int maxBytes() {
        return maxBytes;
    }

    public int connections() {
        return connections;
    }

    public int connectionsPerHost() {
        return connectionsPerHost > 0 ? connectionsPerHost : concurrency;
    }

    @Override
    public void end() {
        close();
    }

    /** Closes all connections; requests under way fail. */
    public synchronized void close() {
        closed = true;
        ExecutorService pool = lookUps;
        pool.shutdownNow();
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

    /** How hosts are reached. */
    public void setNetwork(Network network) {
        this.network = network;
    }

    /** The name of the route that sends: only {@code single} needs connections of these. */
    public void setMode(String mode) {
        needed = mode.trim().equals("single");
    }

    /** {@code 1.1}, {@code 2} or {@code 2-prior-knowledge}. */
    public void setHttpVersion(String value) {
        version = switch (value.trim()) {
            case "1.1" -> Wire.Version.HTTP_1;
            case "2" -> Wire.Version.HTTP_2;
            case "2-prior-knowledge" -> Wire.Version.HTTP_2_PRIOR_KNOWLEDGE;
            default -> throw Setting.bad("single.http-version", value, "give 1.1, 2 or 2-prior-knowledge.");
        };
    }

    /** The most requests per period. */
    public void setRate(Rate rate) {
        this.sends = rate.sends();
    }

    /** How many requests there are in flight at most. */
    public void setConcurrency(int count) {
        concurrency = count;
    }

    /** The most connections. */
    public void setConnections(int count) {
        connections = count;
    }

    /** The most connections to one host; 0: as many as there may be requests in flight. */
    public void setConnectionsPerHost(int count) {
        connectionsPerHost = count;
    }

    /** How long the addresses of a host are remembered. */
    public void setDnsTtl(Duration time) {
        namesKept = time;
    }

    public void setConnectTimeout(Duration time) {
        connectTimeout = time;
    }

    /** The longest wait for the response to begin, and between two parts of it. */
    public void setResponseTimeout(Duration time) {
        responseTimeout = time;
    }

    /** The longest time from the beginning of an attempt, with its connection, to the end of its response. */
    public void setTotalTimeout(Duration time) {
        totalTimeout = time;
    }

    /** The largest response, compressed or not; at most 1GB. */
    public void setMaxBytes(long size) {
        maxBytes = (int) Math.min(1L << 30, size);
    }
}
