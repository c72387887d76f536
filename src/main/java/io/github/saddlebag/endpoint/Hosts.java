package io.github.saddlebag.endpoint;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.pace.Lane;
import io.github.saddlebag.pace.Rate;
import io.github.saddlebag.pace.Tokens;
import java.net.URI;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that items' requests go to. The configured one has the pause, the retry budget and the circuit breaker that
 * are configured; each other has its own, with the same settings, and is forgotten when many others came after it.
 */
public final class Hosts {

    private static final int MOST = 1000;

    private final Map<String, Host> others = new LinkedHashMap<>(16, 0.75f, true);
    /** Of what was there before this one, and has not been asked for since. */
    private Map<String, Target> earlier = new HashMap<>();

    private final Target target;
    private final CircuitBreaker breaker;
    private final BreakerWatch watch;
    private final Rate rate;
    private @Nullable Host configured;

    public Hosts(Target target, CircuitBreaker breaker, BreakerWatch watch, Rate rate) {
        this.target = target;
        this.breaker = breaker;
        this.watch = watch;
        this.rate = rate;
    }

    /** The configured host, or null: none is configured. */
    public synchronized @Nullable Host configured() {
        URI url = target.url();
        Host known = configured;
        if (known == null && url != null) {
            known = new Host(Address.of(url), target, breaker, watch, lane(target));
            configured = known;
        }
        return known;
    }

    /** The host of an address. */
    public synchronized Host of(Address address, URI url) {
        Host known = configured();
        if (known != null && (known.address() == address || known.address().sameAuthority(address))) {
            return known;
        }
        Host other = others.get(address.authority());
        if (other == null) {
            forgetSome();
            other = other(address, url);
            others.put(address.authority(), other);
        }
        return other;
    }

    /** What was learned of those other hosts counts on. */
    public void follow(Hosts before) {
        Map<String, Target> known = new HashMap<>();
        synchronized (before) {
            before.others.forEach((name, host) -> known.put(name, host.target()));
        }
        synchronized (this) {
            earlier = known;
        }
    }

    private Host other(Address address, URI url) {
        Target own = target.at(url.resolve("/"));
        Target known = earlier.remove(address.authority());
        if (known != null) {
            own.takeOver(known);
        }
        CircuitBreaker ownBreaker = CircuitBreaker.of(address.authority(), breaker.getCircuitBreakerConfig());
        return new Host(address, own, ownBreaker, new BreakerWatch(own, ownBreaker), lane(own));
    }

    private void forgetSome() {
        Iterator<Host> eldestFirst = others.values().iterator();
        while (others.size() >= MOST && eldestFirst.hasNext()) {
            if (eldestFirst.next().isIdle()) {
                eldestFirst.remove();
            }
        }
    }

    private Lane lane(Target of) {
        return new Lane(new Tokens(rate.nanosPerRequest()), false, of.pace());
    }
}
