package io.github.saddlebag.inbox;

import io.github.saddlebag.checkpoint.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that could not be done lately: each comes again after a while, which doubles up to a minute. */
final class Delays {

    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Trouble.Limits LIMITS =
            new Trouble.Limits(Duration.ofSeconds(1), MINUTE, ChronoUnit.FOREVER.getDuration());
    private static final int MOST_LINES_A_MINUTE = 5;
    private static final int MOST_FILES = 10_000;

    private final Map<Path, Delay> delays = new LinkedHashMap<>();
    private long minuteNanos = System.nanoTime();
    private int lines;

    private static final class Delay {
        private int failures;
        private long dueNanos;
        private String cause = "";
    }

    /** Whether the file's time has not come yet. */
    synchronized boolean isDelayed(Path file) {
        Delay delay = delays.get(file);
        return delay != null && System.nanoTime() - delay.dueNanos < 0;
    }

    /** It comes again later; told once for each cause, and in few lines however many files it is. */
    synchronized void failed(Path file, String cause) {
        Delay delay = delays.computeIfAbsent(file, f -> new Delay());
        delay.failures++;
        delay.dueNanos = System.nanoTime() + LIMITS.pauseAfter(delay.failures).toNanos();
        if (!cause.equals(delay.cause) && mayTell()) {
            delay.cause = cause;
            String stop = cause.endsWith(".") ? "" : ".";
            LOG.warn(
                    "{} stays for now: {}{} It is looked at again ever more rarely, each minute at last.",
                    file,
                    cause,
                    stop);
        }
        if (delays.size() > MOST_FILES) {
            delays.remove(delays.keySet().iterator().next());
        }
    }

    private boolean mayTell() {
        long now = System.nanoTime();
        if (now - minuteNanos > MINUTE.toNanos()) {
            minuteNanos = now;
            lines = 0;
        }
        return ++lines <= MOST_LINES_A_MINUTE;
    }

    synchronized void forget(Path file) {
        delays.remove(file);
    }
}
