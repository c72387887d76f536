package io.github.saddlebag.address;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of hosts, remembered for a while. A look-up runs on a thread of its own, one for all who ask for the same
 * host; failures are not remembered.
 */
public final class Names {

    private static final int MOST = 10_000;

    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, List<Listener>> asked = new HashMap<>();
    private final Lookup lookup;
    private final long ttlNanos;
    private final Executor threads;
    private final LongSupplier nanos;

    /** How a name is looked up. */
    @FunctionalInterface
    public interface Lookup {
        InetAddress[] all(String host) throws UnknownHostException;
    }

    /** Told once: either the addresses or why there are none. */
    @FunctionalInterface
    public interface Listener {
        void found(InetAddress @Nullable [] addresses, @Nullable IOException problem);
    }

    private record Known(InetAddress[] addresses, long until) {}

    public Names(Lookup lookup, Duration ttl, Executor threads, LongSupplier nanos) {
        this.lookup = lookup;
        this.ttlNanos = ttl.toNanos();
        this.threads = threads;
        this.nanos = nanos;
    }

    /** Finds the addresses of a name, not of what is an address itself; the listener is told at once where they are known, otherwise on a thread of the look-ups. */
    public void find(String host, Listener listener) {
        if (Addresses.looksLikeNumber(host)) {
            listener.found(null, new UnknownHostException(host));
            return;
        }
        InetAddress[] addresses = known(host, listener);
        if (addresses != null) {
            listener.found(addresses, null);
        }
    }

    private synchronized InetAddress @Nullable [] known(String host, Listener listener) {
        Known entry = known.get(host);
        if (entry != null && nanos.getAsLong() - entry.until < 0) {
            return entry.addresses;
        }
        List<Listener> others = asked.get(host);
        if (others != null) {
            others.add(listener);
            return null;
        }
        asked.put(host, new ArrayList<>(List.of(listener)));
        threads.execute(() -> lookUp(host));
        return null;
    }

    private void lookUp(String host) {
        InetAddress[] addresses = null;
        IOException problem = null;
        try {
            addresses = lookup.all(host);
        } catch (UnknownHostException e) {
            problem = e;
        } catch (RuntimeException e) {
            problem = new UnknownHostException(host);
        } catch (Error e) {
            problem = new IOException(e);
        }
        List<Listener> listeners;
        synchronized (this) {
            if (addresses != null) {
                if (known.size() >= MOST) {
                    known.clear();
                }
                known.put(host, new Known(addresses, nanos.getAsLong() + ttlNanos));
            }
            listeners = Objects.requireNonNull(asked.remove(host));
        }
        for (Listener listener : listeners) {
            listener.found(addresses, problem);
        }
    }

    /** No connection to an address of the host was made: the next one that is asked for goes to another of them. */
    public synchronized void failed(String host, InetAddress address) {
        Known entry = known.get(host);
        if (entry == null || entry.addresses.length < 2 || !entry.addresses[0].equals(address)) {
            return;
        }
        InetAddress[] turned = new InetAddress[entry.addresses.length];
        System.arraycopy(entry.addresses, 1, turned, 0, turned.length - 1);
        turned[turned.length - 1] = address;
        known.put(host, new Known(turned, entry.until));
    }
}
