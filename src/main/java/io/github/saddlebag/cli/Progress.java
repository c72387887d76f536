package io.github.saddlebag.cli;

import io.github.saddlebag.batch.Unrecoverable;
import io.github.saddlebag.source.RunProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows how far a run has come: a bar on a terminal, elsewhere a line now and then. */
final class Progress implements AutoCloseable {

    private static final Duration BAR_PERIOD = Duration.ofMillis(200);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(5);
    private static final int BAR_WIDTH = 24;

    private final Supplier<@Nullable RunProgress> run;
    private final @Nullable PrintWriter out;
    private final boolean terminal;
    private final long startedNanos = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "saddlebag-progress");
        thread.setDaemon(true);
        return thread;
    });

    private Progress(Supplier<@Nullable RunProgress> run, @Nullable PrintWriter out, boolean terminal) {
        this.run = run;
        this.out = out;
        this.terminal = terminal;
    }

    /** Starts to show the run, as soon as there is one. */
    static Progress start(Supplier<@Nullable RunProgress> run, @Nullable PrintWriter out) {
        // the launcher knows whether stderr is a terminal; Java does not
        Progress progress = new Progress(run, out, Boolean.getBoolean("saddlebag.terminal"));
        long period = (progress.terminal ? BAR_PERIOD : LINE_PERIOD).toMillis();
        if (out != null) {
            progress.timer.scheduleAtFixedRate(
                    Unrecoverable.told(progress::show), period, period, TimeUnit.MILLISECONDS);
        }
        return progress;
    }

    private void show() {
        RunProgress current = run.get();
        if (current == null || out == null) {
            return;
        }
        String line = line(current, Duration.ofNanos(System.nanoTime() - startedNanos), terminal);
        out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
        out.flush();
    }

    static String line(RunProgress run, Duration elapsed, boolean bar) {
        double seconds = elapsed.toMillis() / 1000.0;
        double rate = seconds > 0 ? (run.answered() - run.writtenBefore()) / seconds : 0;
        StringBuilder line = new StringBuilder();
        if (run.inputBytes() > 0 && run.read() > 0) {
            double written = (double) run.answered() / run.read();
            double share = Math.min(1, written * run.bytesRead() / run.inputBytes());
            if (bar) {
                int full = (int) (share * BAR_WIDTH);
                line.append('[')
                        .append("#".repeat(full))
                        .append("-".repeat(BAR_WIDTH - full))
                        .append("] ");
            }
            line.append(String.format(Locale.ROOT, "%3.0f%% ", share * 100));
            if (share > 0 && share < 1) {
                line.append("ETA ").append(clock(seconds / share - seconds)).append(' ');
            }
        }
        line.append(String.format(Locale.ROOT, "%,d items, %,.0f/s, %,d failed", run.answered(), rate, run.failed()));
        return line.toString();
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (terminal && out != null) {
            show();
            out.println();
            out.flush();
        }
    }
}
