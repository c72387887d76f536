package io.github.saddlebag.progress;

import io.github.saddlebag.call.Retries;
import io.github.saddlebag.endpoint.FirstCalls;
import io.github.saddlebag.endpoint.Target;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.page.InputProgress;
import io.github.saddlebag.page.LivePage;
import io.github.saddlebag.recording.Recorder;
import io.github.saddlebag.runtime.HttpStandIn;
import io.github.saddlebag.runtime.Standalone;
import io.github.saddlebag.runtime.UsageException;
import io.github.saddlebag.source.Existing;
import io.github.saddlebag.source.Replay;
import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.source.Runs;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Sends one file, or a stream, through the routes, from its first line to its last result. */
public final class FileRun {

    private final Map<String, String> properties = new LinkedHashMap<>();
    private final AtomicReference<@Nullable RunProgress> progress = new AtomicReference<>();
    private final AtomicReference<@Nullable String> unusable = new AtomicReference<>();
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private final StopOnSignal signal = new StopOnSignal();
    private @Nullable Path config;
    private @Nullable HttpStandIn network;
    private Existing existing = Existing.REFUSE;
    private @Nullable Replay replay;
    private long first = Long.MAX_VALUE;
    private @Nullable PrintWriter shown;
    private Consumer<String> doubts = why -> {};
    private @Nullable Path recorded;
    private @Nullable Runs runs;
    private @Nullable RunNumbers numbers;

    /** @param results the result file; {@code -}: standard output */
    public FileRun(String results, Path deadLetters) {
        with(Standalone.NO_SOURCES);
        with("saddlebag.deliver.to", "file");
        with("saddlebag.deliver.to-header", "");
        with("saddlebag.deliver.to-rule", "");
        with("saddlebag.deliver.file", results.equals("-") ? results : absolute(Path.of(results)));
        with("saddlebag.dead-letter.file", absolute(deadLetters));
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().toString();
    }

    /** Sets a property. */
    public FileRun with(String property, Object value) {
        properties.put(property, value.toString());
        return this;
    }

    /** Sets properties. */
    public FileRun with(Map<String, String> more) {
        properties.putAll(more);
        return this;
    }

    /** Takes the other properties from this file, not from the project's. */
    public FileRun config(@Nullable Path file) {
        config = file;
        return this;
    }

    /** Shows itself in a browser of this machine meanwhile: health and metrics, which cost more, stay off. */
    public FileRun page(String port) {
        with("camel.management.enabled", true);
        with("camel.management.host", "127.0.0.1");
        with("camel.management.port", port);
        with("camel.management.health-check-enabled", false);
        with("camel.management.metrics-enabled", false);
        return with("camel.metrics.enabled", false);
    }

    /** Puts something before the network, or in its place. */
    public FileRun network(HttpStandIn standIn) {
        network = standIn;
        return this;
    }

    /** Reads no more than the first items. */
    public FileRun first(long items) {
        first = items;
        return this;
    }

    /** What becomes of results that are there already. */
    public FileRun existing(Existing what) {
        existing = what;
        return this;
    }

    /** The input is dead letters that are sent again. */
    public FileRun replay(Replay now) {
        replay = now;
        return this;
    }

    /** Shows how far it has come. */
    public FileRun showProgress(PrintWriter out) {
        shown = out;
        return this;
    }

    /** Tells why the first request was not answered, which is sent again. */
    public FileRun doubts(Consumer<String> told) {
        doubts = told;
        return this;
    }

    /** Records itself there; null: not at all. */
    public FileRun record(@Nullable Path file) {
        recorded = file;
        return this;
    }

    /**
     * What came of it.
     *
     * @param items items whose result is written, those of an earlier run included that this one went on with
     * @param before how many of them are that run's
     * @param failed those of all of them that failed
     * @param givenBack items that were read, and are left for the next start
     * @param kept items whose answer is kept until its turn has come, behind one that has none yet
     * @param resumable whether the same run, started again, goes on where this one ended
     * @param retries requests that were sent again
     * @param waited the waits before those, in all
     * @param unusable why the endpoint is of no use, or null
     * @param ended why no further request would have been answered, or null
     * @param stopped how far it had come when it was stopped, or null
     * @param problem why the input was not read, or the output not written, to its end; or null
     * @param begun whether there was no problem before anything was done
     * @param resumed whether an earlier run had done all of it
     * @param inputChanged whether the input is another one now than what was read
     */
    public record Result(
            long items,
            long before,
            long failed,
            long givenBack,
            long kept,
            boolean resumable,
            long retries,
            Duration waited,
            @Nullable String unusable,
            @Nullable String ended,
            @Nullable String stopped,
            @Nullable String problem,
            boolean begun,
            boolean resumed,
            boolean inputChanged) {}

    /**
     * Runs it.
     *
     * @param input a {@link Path}, an {@link io.github.saddlebag.checkpoint.InputList} or an {@link InputStream}
     * @throws UsageException the configuration is wrong
     */
    public Result run(Object input) throws UsageException {
        try (Standalone standalone = Standalone.start(config, properties, network)) {
            if (network != null) {
                network.takePlace(standalone);
            }
            if (recorded != null) {
                Recorder.start(standalone.context(), recorded);
            }
            String longest = standalone.property("camel.main.shutdown-timeout");
            signal.closes(standalone, longest, shown);
            Target target = standalone.bean("saddlebagTarget", Target.class);
            runs = standalone.bean("saddlebagRuns", Runs.class);
            if (network == null) {
                take(standalone.bean("saddlebagJobStore", JobStore.class));
            }
            runs.first(first);
            runs.existing(existing);
            if (replay != null) {
                runs.replay(replay);
            }
            runs.listener(progress::set);
            // before it runs: a runtime that was told to end knows no beans
            Retries retries = standalone.bean("saddlebagRetries", Retries.class);
            FirstCalls calls = standalone.bean("saddlebagFirstCalls", FirstCalls.class);
            calls.listener(reason -> giveUp(unusable, target, reason, standalone));
            calls.doubtListener(reason -> doubts.accept(target.address() + ": " + reason));
            calls.endListener(reason -> giveUp(ended, target, reason, standalone));
            long began = System.nanoTime();
            LivePage.start(standalone.context(), () -> inputs(began));
            RunNumbers counted = RunNumbers.of(standalone);
            numbers = counted;
            Exchange exchange;
            try (Progress bar = Progress.start(progress::get, counted.calls(), shown)) {
                exchange = standalone
                        .context()
                        .createProducerTemplate()
                        .send(standalone.named("direct:saddlebag-read"), message -> {
                            message.setProperty(Runs.ACKNOWLEDGED_LATER, true);
                            message.getMessage().setBody(input);
                        });
            }
            Unrecoverable.report(exchange.getException());
            if (exchange.getException() == null) {
                standalone.bean("saddlebagJobStore", JobStore.class).clear();
            }
            standalone.close();
            signal.closed(exchange.getException() == null);
            return result(exchange.getException(), retries);
        }
    }

    private List<InputProgress> inputs(long beganNanos) {
        RunProgress run = progress.get();
        return run == null ? List.of() : List.of(Progress.of(run, Duration.ofNanos(System.nanoTime() - beganNanos)));
    }

    private static void giveUp(
            AtomicReference<@Nullable String> why, Target target, String reason, Standalone standalone) {
        why.set(target.address() + ": " + reason);
        new Thread(standalone::close, "saddlebag-give-up").start();
    }

    private static void take(JobStore store) throws UsageException {
        try {
            store.take();
        } catch (IOException e) {
            throw new UsageException("saddlebag.job.directory: " + e.getMessage());
        }
    }

    private Result result(@Nullable Exception error, Retries retries) {
        RunProgress run = progress.get();
        boolean stop = error instanceof StoppedException;
        return new Result(
                run == null ? 0 : run.written(),
                run == null ? 0 : run.writtenBefore(),
                run == null ? 0 : run.failed(),
                run == null ? 0 : run.read() - run.written() - run.kept(),
                run == null ? 0 : run.kept(),
                run != null && run.isResumable(),
                retries.retried(),
                retries.waited(),
                unusable.get(),
                ended.get(),
                stop ? Objects.requireNonNull(error).getMessage() : null,
                stop || error == null ? null : Standalone.messageOf(error),
                run != null,
                run != null && run.isFinishedBefore(),
                run != null && run.isInputChanged());
    }

    /** What was counted; null: it did not begin. */
    @Nullable
    public RunNumbers numbers() {
        return numbers;
    }

    /** The result is reported: the files are let go of, and a JVM that was told to end may do so. */
    public void reported() {
        RunProgress run = progress.get();
        if (runs != null && run != null) {
            runs.release(run);
        }
        signal.reported();
    }
}
