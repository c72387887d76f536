package io.github.saddlebag.progress;

import io.github.saddlebag.page.InputProgress;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.Unrecoverable;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows how far a run has come: a bar on a terminal, elsewhere a line now and then. Without colours. */
public final class Progress implements AutoCloseable {

    private static final Duration BAR_PERIOD = Duration.ofMillis(200);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(5);
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    private static final int BAR_WIDTH = 24;
    private static final int SHORTEST_BAR = 5;
    private static final int USUAL_WIDTH = 80;

    private final Supplier<@Nullable RunProgress> run;
    private final PipelineStats stats;
    private final @Nullable PrintWriter out;
    private final int width;
    private final long startedNanos = System.nanoTime();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("saddlebag-progress"));

    /** @param width the columns of the terminal; 0: it is none */
    private Progress(Supplier<@Nullable RunProgress> run, PipelineStats stats, @Nullable PrintWriter out, int width) {
        this.run = run;
        this.stats = stats;
        this.out = out;
        this.width = width;
    }

    /** Starts to show the run, as soon as there is one. */
    static Progress start(Supplier<@Nullable RunProgress> run, PipelineStats stats, @Nullable PrintWriter out) {
        // the launcher knows whether stderr is a terminal, and how wide; Java does not
        int width = isTerminal() ? columns() : 0;
        Progress progress = new Progress(run, stats, out, width);
        long period = (width > 0 ? BAR_PERIOD : LINE_PERIOD).toMillis();
        if (out != null) {
            progress.timer.scheduleAtFixedRate(
                    Unrecoverable.told(progress::show), period, period, TimeUnit.MILLISECONDS);
        }
        return progress;
    }

    /** Whether stderr is a terminal. */
    public static boolean isTerminal() {
        return Boolean.getBoolean("saddlebag.terminal");
    }

    /** Its columns, as the launcher says; 0: it does not. */
    public static int toldColumns() {
        return Integer.getInteger("saddlebag.columns", 0);
    }

    private static int columns() {
        int columns = toldColumns();
        return columns > 0 ? columns : USUAL_WIDTH;
    }

    private void show() {
        show(width > 0 ? "" : System.lineSeparator());
    }

    private void show(String end) {
        RunProgress current = run.get();
        if (current == null || out == null) {
            return;
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNanos);
        String line =
                line(current, elapsed, stats.inFlight(), stats.pause(), LocalTime.now(ZoneId.systemDefault()), width);
        out.print((width > 0 ? BarOutput.ERASE : "") + line + end);
        out.flush();
    }

    /**
     * How far it has come.
     *
     * @param now for the time at which a pause ends
     * @param width the columns that there are, and one of them stays free; 0: any number, and no bar
     */
    static String line(
            RunProgress run, Duration elapsed, int inFlight, PipelineStats.Pause pause, LocalTime now, int width) {
        double seconds = elapsed.toMillis() / 1000.0;
        double rate = seconds > 0 ? (run.answered() - run.writtenBefore()) / seconds : 0;
        double share = share(run);
        String done = share < 0 ? "" : text("%3.0f%% ", share * 100);
        String eta = share > 0 && share < 1 ? "ETA " + clock(seconds / share - seconds) + " " : "";
        String items = text("%,d items", run.answered());
        String failed = text(", %,d failed", run.failed());
        // from what tells the most to what tells the least
        List<String> forms = new ArrayList<>();
        if (pause.left().compareTo(SHORTEST_PAUSE) >= 0) {
            String until = " until "
                    + now.plus(pause.left()).truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_LOCAL_TIME);
            forms.add(done + items + failed + ": " + pause.words() + until);
            forms.add(done + items + failed + ": quiet" + until);
        } else {
            String each = text(", %,.0f/s", rate);
            forms.add(done + eta + items + each + failed + text(", %,d in flight", inFlight));
            forms.add(done + eta + items + each + failed);
        }
        forms.add(done + eta + items + failed);
        forms.add(done + items + failed);
        String form = forms.stream()
                .filter(text -> width <= 0 || text.length() < width)
                .findFirst()
                .orElseGet(() -> items.substring(0, Math.max(0, Math.min(items.length(), width - 1))));
        return share < 0 ? form : bar(share, width - 1 - form.length()) + form;
    }

    /** The same as numbers. */
    static InputProgress of(RunProgress run, Duration elapsed) {
        return new InputProgress(run.name(), share(run), run.answered(), run.failed(), elapsed.toMillis() / 1000.0);
    }

    /** How much is done of it, as far as that can be known; less than 0: it cannot. */
    private static double share(RunProgress run) {
        if (run.inputBytes() <= 0 || run.read() <= 0) {
            return -1;
        }
        double written = (double) run.answered() / run.read();
        return Math.min(1, written * run.bytesRead() / run.inputBytes());
    }

    private static String bar(double share, int room) {
        int length = Math.min(BAR_WIDTH, room - "[] ".length());
        if (length < SHORTEST_BAR) {
            return "";
        }
        int full = (int) (share * length);
        return "[" + "#".repeat(full) + "-".repeat(length - full) + "] ";
    }

    /** The same in every country. */
    public static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return text("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (width > 0) {
            show(System.lineSeparator());
        }
    }
}
