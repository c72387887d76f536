package io.github.saddlebag.progress;

import io.github.saddlebag.page.InputProgress;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells once a minute how far each input has come that takes longer; what is done has a line of its own in the log. */
public final class RunLog implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int MOST_LINES = 10;
    /** Where they are more, those that are done are looked for: the collector would find them late. */
    private static final int FEW = 64;

    /** When each was opened; one that nobody else knows any more is over. */
    private final Map<RunProgress, Long> openedNanos = new WeakHashMap<>();

    private int looksAt = FEW;

    private final PipelineStats stats;
    private final Consumer<String> say;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("saddlebag-run-log"));

    public RunLog(PipelineStats stats, Consumer<String> say) {
        this.stats = stats;
        this.say = say;
    }

    public void start() {
        timer.scheduleAtFixedRate(
                Unrecoverable.told(this::tell), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Knows the input from now on. */
    public void opened(RunProgress run) {
        synchronized (openedNanos) {
            if (openedNanos.size() >= looksAt) {
                openedNanos.keySet().removeIf(RunLog::isDone);
                looksAt = Math.max(FEW, 2 * openedNanos.size());
            }
            openedNanos.put(run, System.nanoTime());
        }
    }

    /** How many it knows. */
    int known() {
        synchronized (openedNanos) {
            return openedNanos.size();
        }
    }

    /** A line for each input that is not done. */
    void tell() {
        List<String> lines = new ArrayList<>();
        synchronized (openedNanos) {
            openedNanos.keySet().removeIf(RunLog::isDone);
            openedNanos.forEach((run, since) -> {
                Duration elapsed = Duration.ofNanos(System.nanoTime() - since);
                LocalTime now = LocalTime.now(ZoneId.systemDefault());
                lines.add(run.name() + ": "
                        + Progress.line(run, elapsed, stats.inFlight(), stats.pause(), now, 0)
                                .strip());
            });
        }
        Collections.sort(lines);
        lines.stream().limit(MOST_LINES).forEach(say);
        if (lines.size() > MOST_LINES) {
            say.accept("and " + (lines.size() - MOST_LINES) + " more inputs are under way.");
        }
    }

    /** Those that are not done, the one that was opened first in front. */
    public List<InputProgress> inputs() {
        long now = System.nanoTime();
        synchronized (openedNanos) {
            openedNanos.keySet().removeIf(RunLog::isDone);
            return openedNanos.entrySet().stream()
                    .map(each -> Progress.of(each.getKey(), Duration.ofNanos(now - each.getValue())))
                    .sorted(Comparator.comparingDouble(InputProgress::seconds).reversed())
                    .toList();
        }
    }

    private static boolean isDone(RunProgress run) {
        return run.bytesRead() >= run.inputBytes() && run.written() == run.read();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
