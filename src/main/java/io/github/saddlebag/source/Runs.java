package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.InputList;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.input.OnceStream;
import io.github.saddlebag.setting.EndsWithContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.DaemonThreads;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.support.Unrecoverable;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Ordered;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Opens and closes inputs, and the files that their results and dead letters go to. */
public final class Runs extends RunSettings implements EndsWithContext {

    /**
     * Exchange property: whoever sent the input calls {@link #release} once its end is known; until then the same input is
     * known to be done. Otherwise that is when the exchange has ended.
     */
    public static final String ACKNOWLEDGED_LATER = "SaddlebagAcknowledgedLater";

    private static final String PROPERTY = "SaddlebagRun";
    /** Exchange property: the folder beside the input that it is moved to at its end. */
    public static final String MOVED_TO = "SaddlebagMoveTo";

    /** Exchange property: the input, where it is a file. */
    public static final String INPUT = "SaddlebagInput";

    /** Exchange property: the place that it has among the files of the inbox. */
    public static final String SLOT = "SaddlebagInboxSlot";

    /** Exchange property: the input as it was when it was opened. */
    public static final String KNOWN = "SaddlebagKnownInput";

    /** Exchange property: the input was moved there. */
    public static final String MOVED = "SaddlebagMoved";

    /** Exchange property: the input as a file of the inbox. */
    public static final String FILE = "SaddlebagInboxFile";

    private static final String DONE = ".done";
    /** Each has its open files, and as many answers in memory as there may be items in flight. */
    private static final int MOST_SUSPENDED = 4;

    private final Map<Path, Run> suspended = new ConcurrentHashMap<>();

    private volatile Consumer<RunProgress> listener = run -> {};
    private volatile Consumer<Instant> resumeListener = lastWrite -> {};
    private volatile Consumer<String> doneListener = name -> {};
    private Existing existing = Existing.ASIDE;
    private @Nullable Replay replay;
    private @Nullable ScheduledThreadPoolExecutor timer;

    public Runs(Settings settings, Pipeline pipeline) {
        super(settings, pipeline);
    }

    /**
     * Opens the message's file or stream.
     *
     * @throws UnreadableInputException nothing can be read of it, now or later
     * @throws StoppedException nothing came of it until the runtime stopped
     */
    public void open(Exchange exchange) throws IOException, StoppedException {
        try {
            begin(exchange);
        } catch (InterruptedIOException e) {
            throw new StoppedException("Nothing was read when the runtime stopped.");
        }
    }

    private void begin(Exchange exchange) throws IOException {
        Object body = InputBody.of(exchange.getMessage().getBody());
        Path path = body instanceof InputStream || body instanceof InputList ? null : InputBody.path(body);
        if (body instanceof OnceStream) {
            // what is cached is set back to its beginning by each step that it passes
            exchange.getMessage().setBody(body);
        }
        boolean fromInbox = exchange.getProperty(MOVED_TO) != null;
        if (path != null) {
            exchange.setProperty(INPUT, path);
        }
        if (fromInbox && path != null) {
            exchange.setProperty(KNOWN, FileIdentity.of(path));
        }
        Run run = path == null
                ? body instanceof InputList list
                        ? opener().open(list)
                        : opener().open((InputStream) body, InputBody.streamName(exchange))
                : fromInbox ? ofInbox(path, exchange) : opener().open(path, name(path), SharedFiles.NONE);
        exchange.setProperty(PROPERTY, run);
        InboxSlots.Slot slot = exchange.getProperty(SLOT, InboxSlots.Slot.class);
        if (slot != null) {
            run.reading().slot(slot);
        }
        if (exchange.getProperty(ACKNOWLEDGED_LATER) == null) {
            exchange.getExchangeExtension().addOnCompletion(new Acknowledged(run, doneListener));
        }
        listener.accept(run);
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /** Forgets a run when its source was acknowledged: after the file was moved. */
    private static final class Acknowledged extends SynchronizationAdapter {

        private final Run run;
        private final Consumer<String> told;

        private Acknowledged(Run run, Consumer<String> told) {
            this.run = run;
            this.told = told;
        }

        @Override
        public void onComplete(Exchange exchange) {
            // one that could not be moved comes again, and is known to be done then
            if (exchange.getProperty(MOVED_TO) == null || exchange.getProperty(MOVED) != null) {
                run.forget();
                told.accept(run.name());
            }
            release();
        }

        @Override
        public void onFailure(Exchange exchange) {
            release();
        }

        private void release() {
            if (!run.isSuspended()) {
                run.release();
            }
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST;
        }
    }

    /** Goes on with a file that was put off. */
    private Run ofInbox(Path input, Exchange exchange) throws IOException {
        Run earlier = suspended.remove(input);
        if (earlier != null && earlier.isSuspended()) {
            earlier.goOn();
            return earlier;
        }
        if (earlier != null) {
            earlier.giveUp();
        }
        InboxFile file = exchange.getProperty(FILE, InboxFile.class);
        Run run = file == null
                ? opener().ofInbox(input.resolveSibling(DONE)).open(input, name(input), shared())
                : opener().ofInbox(Objects.requireNonNull(file.in(DONE).getParent()))
                        .open(input, file.name(), shared());
        return suspended.size() < MOST_SUSPENDED ? run.suspends() : run;
    }

    private RunOpener opener() {
        return new RunOpener(this, existing, replay, resumeListener);
    }

    /** The run of the exchange's input; null: it was not opened. */
    public static @Nullable RunProgress run(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Run.class);
    }

    /** What was read of the exchange's input; null: nothing could be. */
    @Nullable
    public static InputWatch watch(Exchange exchange) {
        Run run = exchange.getProperty(PROPERTY, Run.class);
        return run == null ? null : run.watch();
    }

    /** Whether this file is put off, as its results cannot be written yet. */
    public boolean isPutOff(Path input) {
        Run run = suspended.get(input);
        return run != null && run.isSuspended() && !run.mayGoOn();
    }

    @Override
    synchronized ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor pool = timer;
        if (pool == null) {
            pool = new ScheduledThreadPoolExecutor(
                    1, DaemonThreads.named(pipeline().name() + "-checkpoint-timer"));
            pool.setRemoveOnCancelPolicy(true);
            timer = pool;
        }
        return pool;
    }

    /** The runtime ends: what was put off can wait no longer. */
    @Override
    public void end() {
        synchronized (this) {
            if (timer != null) {
                timer.shutdownNow();
            }
        }
        suspended.values().forEach(Run::giveUp);
        suspended.clear();
    }

    /** The items of the open input, in chunks. */
    public Object read(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Run.class);
    }

    /** A chunk was not delivered: nothing more is read, and the input is not done. */
    public void broken(Exchange exchange) {
        Exception error = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        Unrecoverable.report(error);
        exchange.getProperty(PROPERTY, Run.class).broken(error);
    }

    /** All chunks of the input were delivered: {@link #close} follows. */
    void closesSoon(Exchange exchange) {
        exchange.getProperty(PROPERTY, Run.class).finishesSoon();
    }

    /** Closes the input after all its chunks were delivered. */
    public void close(Exchange exchange) throws Exception {
        Run run = exchange.getProperty(PROPERTY, Run.class);
        try {
            run.finish();
        } finally {
            if (run.isSuspended()) {
                suspended.put(exchange.getProperty(INPUT, Path.class), run);
            }
        }
    }

    /** Nothing more is done with the files of this run: others may have them. */
    public void release(RunProgress run) {
        if (run instanceof Run own) {
            own.release();
        }
    }

    /**
     * Told about each input that goes on where an earlier process has left off, from now on: when that wrote its
     * checkpoint for the last time.
     */
    public void resumeListener(Consumer<Instant> newListener) {
        resumeListener = newListener;
    }

    /** Told the name of each input that is done and acknowledged, from now on. */
    public void doneListener(Consumer<String> newListener) {
        doneListener = newListener;
    }

    /** Told about each input that is opened from now on. */
    public void listener(Consumer<RunProgress> newListener) {
        listener = newListener;
    }

    /** What becomes of results that are there already, from now on. */
    public void existing(Existing what) {
        existing = what;
    }

    /** The input is dead letters: those of this replay. */
    public void replay(Replay now) {
        form().setDeadLetters(true);
        replay = now;
    }
}
