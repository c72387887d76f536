package io.github.saddlebag.runtime;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** What ends this JVM from outside: the first signal lets it end in peace, a second one ends it at once. */
public final class Signals {

    /** A terminal that goes away says what a service manager says. */
    private static final Map<String, Integer> STATUS = Map.of("TERM", 143, "HUP", 143, "INT", 130);

    private static final AtomicBoolean RECEIVED = new AtomicBoolean();

    private Signals() {}

    public static void setUp() {
        STATUS.forEach(Signals::setUp);
    }

    private static void setUp(String name, int status) {
        try {
            Signal signal = new Signal(name);
            SignalHandler before = Signal.handle(signal, received -> end(status));
            if (before == SignalHandler.SIG_IGN) {
                // nohup, or a shell that started it in the background
                Signal.handle(signal, before);
            }
        } catch (IllegalArgumentException e) {
            // there is no such signal here, or the JVM was told to leave it alone
        }
    }

    private static void end(int status) {
        if (RECEIVED.compareAndSet(false, true)) {
            // its hooks stop what is under way
            System.exit(status);
        } else {
            Runtime.getRuntime().halt(status);
        }
    }
}
