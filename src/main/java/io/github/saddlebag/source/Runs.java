package io.github.saddlebag.source;

import io.github.saddlebag.batch.Unrecoverable;
import io.github.saddlebag.deliver.KeptBlocks;
import io.github.saddlebag.deliver.ResultShape;
import io.github.saddlebag.deliver.Rows;
import io.github.saddlebag.format.Merge;
import io.github.saddlebag.setting.Setting;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Ordered;
import org.apache.camel.WrappedFile;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Opens and closes inputs, and the files that their results and dead letters go to. */
public final class Runs implements CamelContextAware {

    /**
     * Exchange property: whoever sent the input calls {@link #release} once its end is known; until then the same input is
     * known to be done. Otherwise that is when the exchange has ended.
     */
    public static final String ACKNOWLEDGED_LATER = "SaddlebagAcknowledgedLater";

    private static final String PROPERTY = "SaddlebagRun";
    /** Exchange property: the folder beside the input that it is moved to at its end. */
    static final String MOVED_TO = "SaddlebagMoveTo";

    /** Exchange property: the input as it was when it was opened. */
    static final String KNOWN = "SaddlebagKnownInput";

    /** Exchange property: the input was moved there. */
    static final String MOVED = "SaddlebagMoved";

    private static final String DONE = ".done";
    private static final String STDIN = "stdin";
    private static final int BATCHES_IN_A_CHUNK = 4;
    private static final int MAX_CHUNK = 1000;
    /** Each has its open files, and as many answers in memory as there may be items in flight. */
    private static final int MOST_SUSPENDED = 4;

    private final Map<Path, Run> suspended = new ConcurrentHashMap<>();

    private final AtomicReference<@Nullable RunListener> listener = new AtomicReference<>();
    private final AtomicReference<@Nullable ResumeListener> resumeListener = new AtomicReference<>();
    private @Nullable CamelContext camelContext;
    private String directory = "outbox";
    private String resultFile = "";
    private String deadLetterFile = "";
    private int batch = 100;
    private int maxLine = 16 << 20;
    private int readAhead = 5000;
    private long keep = 1 << 30;
    private Duration backOff = Trouble.Limits.DEFAULT.first();
    private Duration maxBackOff = Trouble.Limits.DEFAULT.most();
    private Duration retryFor = Trouble.Limits.DEFAULT.all();
    private boolean unwrap;
    private boolean newKeys;
    private Existing existing = Existing.ASIDE;
    private boolean ordered = true;
    private boolean details;
    private String resultFormat = "auto";
    private List<String> columns = List.of();
    private boolean csvSafe;
    private ResultShape.Only only = ResultShape.Only.ALL;
    private String merge = "";
    private boolean mergeOverwrite;
    private @Nullable InputFormat format;
    private char separator = ',';
    private String resultsDependOn = "";
    private @Nullable Replay replay;
    private long most = Long.MAX_VALUE;

    /**
     * Opens the message's file or stream.
     *
     * @throws UnreadableInputException nothing can be read of it, now or later
     */
    public void open(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        Path path = body instanceof InputStream ? null : path(body);
        boolean fromInbox = exchange.getProperty(MOVED_TO) != null;
        if (fromInbox && path != null) {
            exchange.setProperty(KNOWN, FileIdentity.of(path));
        }
        Run run = path == null ? taken((InputStream) body) : fromInbox ? ofInbox(path) : taken(path, SharedFiles.NONE);
        exchange.setProperty(PROPERTY, run);
        if (exchange.getProperty(ACKNOWLEDGED_LATER) == null) {
            exchange.getExchangeExtension().addOnCompletion(new Acknowledged(run));
        }
        RunListener told = listener.get();
        if (told != null) {
            told.opened(run);
        }
    }

    /** Forgets a run when its source was acknowledged: after the file was moved. */
    private static final class Acknowledged extends SynchronizationAdapter {

        private final Run run;

        private Acknowledged(Run run) {
            this.run = run;
        }

        @Override
        public void onComplete(Exchange exchange) {
            // one that could not be moved comes again, and is known to be done then
            if (exchange.getProperty(MOVED_TO) == null || exchange.getProperty(MOVED) != null) {
                run.forget();
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
    private Run ofInbox(Path input) throws IOException {
        Run earlier = suspended.remove(input);
        if (earlier != null && earlier.isSuspended()) {
            earlier.goOn();
            return earlier;
        }
        if (earlier != null) {
            earlier.giveUp();
        }
        Run run = taken(
                input, new SharedFiles(!resultFile.isEmpty() && !resultFile.equals("-"), !deadLetterFile.isEmpty()));
        return suspended.size() < MOST_SUSPENDED ? run.suspends() : run;
    }

    /** What was read of the exchange's input; null: nothing could be. */
    @Nullable
    static InputWatch watch(Exchange exchange) {
        Run run = exchange.getProperty(PROPERTY, Run.class);
        return run == null ? null : run.watch();
    }

    /** Whether this file is put off, as its results cannot be written yet. */
    boolean isPutOff(Path input) {
        Run run = suspended.get(input);
        return run != null && run.isSuspended() && !run.mayGoOn();
    }

    /** The runtime ends: what was put off can wait no longer. */
    public void end() {
        suspended.values().forEach(Run::giveUp);
        suspended.clear();
    }

    private Run taken(Path input, SharedFiles shared) throws IOException {
        String name = input.getFileName().toString();
        Path resultPath = resultPath(name);
        Path deadLetterPath = deadLetterPath(name);
        checkApart("deliver.file", resultPath, input, "the input, which would be lost");
        checkApart("dead-letter.file", deadLetterPath, input, "the input, which would be lost");
        checkApart("dead-letter.file", deadLetterPath, resultPath, "the result file too");
        Locks locks = Locks.of(resultPath, deadLetterPath);
        try {
            return run(input, resultPath, deadLetterPath, shared).holding(locks);
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }

    private Run taken(InputStream in) throws IOException {
        Path resultPath = resultPath(STDIN);
        Path deadLetterPath = deadLetterPath(STDIN);
        checkApart("dead-letter.file", deadLetterPath, resultPath, "the result file too");
        Locks locks = Locks.of(resultPath, deadLetterPath);
        try {
            return run(in, resultPath, deadLetterPath).holding(locks);
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }

    private Run run(InputStream in, @Nullable Path resultPath, Path deadLetterPath) throws IOException {
        OutputStream results = null;
        try {
            ResultShape shape = shape();
            Outputs outputs = new Outputs(resultPath, deadLetterPath, null, Path.of(STDIN), SharedFiles.NONE);
            Outputs.Start start = outputs.start(existing, Earlier.NOTHING, false);
            OutputFile.Step replace = replacing(outputs, start);
            OutputStream deadLetters = file(deadLetterPath, 0, true, replace);
            results = resultPath == null ? new StandardOutput() : file(resultPath, 0, false, replace);
            return new Run(
                    new Run.Files(STDIN, limited(inputs().open(in)), -1, results, deadLetters),
                    settings(false, shape, shape.rows()),
                    this::isStopped);
        } catch (IOException | RuntimeException e) {
            closeAll(in, results);
            throw e;
        }
    }

    /** Null: nothing is there that is replaced. */
    private static OutputFile.@Nullable Step replacing(Outputs outputs, Outputs.Start start) {
        if (start.replaced().isEmpty()) {
            return null;
        }
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.get()) {
                start.replace(outputs.checkpoint());
                done.set(true);
            }
        };
    }

    private static OutputFile file(Path path, long keep, boolean lazy, OutputFile.@Nullable Step replace)
            throws IOException {
        boolean late = replace != null && keep == 0 && (!Files.exists(path) || Files.isRegularFile(path));
        return late ? new OutputFile(path, Objects.requireNonNull(replace)) : new OutputFile(path, keep, lazy);
    }

    private Run run(Path input, @Nullable Path resultPath, Path deadLetterPath, SharedFiles shared) throws IOException {
        String name = input.getFileName().toString();
        Inputs inputs = inputs();
        FileIdentity known = FileIdentity.of(input);
        InputFormat is = inputs.format(input);
        boolean once = !Files.isRegularFile(input) || most < Long.MAX_VALUE;
        Path checkpointPath =
                resultPath == null || once ? null : checkpointPath(resultPath, shared.results() ? "." + name : "");
        String settingsNow = fingerprint(is);
        Outputs outputs = new Outputs(
                resultPath,
                deadLetterPath,
                checkpointPath,
                input.resolveSibling(DONE).resolve(name),
                shared);
        if (checkpointPath != null && resultPath != null) {
            shared.repair(checkpointPath, resultPath, deadLetterPath);
        }
        Earlier earlier = checkpointPath == null || resultPath == null
                ? Earlier.NOTHING
                : Earlier.of(checkpointPath, input, settingsNow, resultPath, deadLetterPath, shared);
        Outputs.Start start = outputs.start(existing, earlier, replay != null && replay.keepsAgain());
        Resume resume = start.resume();
        boolean goesOn = resume != Resume.ANEW;
        ResumeListener told = resumeListener.get();
        if (checkpointPath != null && goesOn && !start.finished() && told != null) {
            told.resumed(Files.getLastModifiedTime(checkpointPath).toInstant());
        }
        if (checkpointPath != null && !goesOn) {
            KeptBlocks.delete(KeptBlocks.beside(checkpointPath));
        }
        // a run that was killed early has no checkpoint yet, but opened its results
        boolean repeated = goesOn || !shared.results() && resultPath != null && Files.isRegularFile(resultPath);
        if (shared.any() && resultPath != null) {
            resume = shared.behind(resume, resultPath, deadLetterPath);
        }
        long end = Long.MAX_VALUE;
        if (replay != null) {
            resume = replay.begin(resume);
            end = replay.end();
        }
        ItemInput items = limited(inputs.open(input, is, resume.place(), end));
        OutputStream results = null;
        try {
            InputWatch watch = once || replay != null ? null : InputWatch.of(input, known, inputs::seen);
            OutputFile.Step replace = replacing(outputs, start);
            OutputFile deadLetters = file(deadLetterPath, resume.written().letterLength(), true, replace);
            OutputFile file = null;
            if (resultPath == null) {
                results = new StandardOutput();
            } else {
                file = file(resultPath, resume.written().length(), false, replace);
                results = file;
            }
            ResultShape shape = shape();
            if (shared.results() && shape.form() == ResultShape.Form.JSON) {
                throw Setting.bad(
                        "deliver.format",
                        "json",
                        "several inputs write to one file (saddlebag.deliver.file), and an array ends once: give jsonl.");
            }
            Rows rows = shape.rows();
            if (resultPath != null && resume.written().length() > 0) {
                rows.goOn(resultPath);
            }
            Run.Settings settings = settings(repeated, shape, rows);
            Run.Files files = new Run.Files(name, items, Files.size(input), results, deadLetters);
            if (checkpointPath == null || file == null || !file.isRegular() || !deadLetters.isRegular()) {
                return new Run(files, settings, this::isStopped).watching(watch);
            }
            KeptBlocks kept = null;
            if (ordered) {
                kept = new KeptBlocks(KeptBlocks.beside(checkpointPath), keep);
                kept.open(resume.written());
            }
            Checkpointer checkpoints = new Checkpointer(
                    new Checkpointer.Files(
                            checkpointPath,
                            input,
                            watch == null ? known : watch.opened(),
                            watch,
                            shared.any(),
                            settingsNow,
                            file,
                            deadLetters),
                    readAhead,
                    resume.written(),
                    resume.place(),
                    kept,
                    replace != null);
            return new Run(files, settings, this::isStopped, checkpoints)
                    .finishedBefore(start.finished())
                    .watching(watch);
        } catch (IOException | RuntimeException e) {
            closeAll(items, results);
            throw e;
        }
    }

    private static void closeAll(@Nullable Closeable... all) throws IOException {
        for (Closeable each : all) {
            if (each != null) {
                each.close();
            }
        }
    }

    private Inputs inputs() {
        return new Inputs(unwrap ? InputFormat.JSONL : format, maxLine, separator);
    }

    private ItemInput limited(ItemInput items) {
        return most == Long.MAX_VALUE ? items : new FirstItems(items, most);
    }

    private Run.Settings settings(boolean repeated, ResultShape shape, Rows rows) {
        Trouble.Limits limits = new Trouble.Limits(backOff, maxBackOff, retryFor);
        return new Run.Settings(chunk(), readAhead, unwrap, ordered, shape, rows, newKeys, repeated, limits);
    }

    private ResultShape shape() {
        return new ResultShape(
                ResultShape.Form.of(resultFormat, resultFile),
                details,
                only,
                Merge.at(merge, mergeOverwrite),
                columns,
                csvSafe);
    }

    private boolean isStopped() {
        return getCamelContext().isStopping() || getCamelContext().isStopped();
    }

    private static Path checkpointPath(Path resultPath, String whose) {
        return resultPath.resolveSibling(resultPath.getFileName() + whose + ".checkpoint");
    }

    /** What the results depend on besides the input; a hash, as there may be keys in an address. */
    private String fingerprint(InputFormat is) {
        String form = is == InputFormat.CSV && separator != ',' ? is.word() + separator : is.word();
        String all = String.join("\n", form, "" + maxLine, "" + unwrap, "" + ordered, "" + details, resultsDependOn);
        return HexFormat.of().formatHex(InputIdentity.sha256().digest(all.getBytes(StandardCharsets.UTF_8)));
    }

    private static void checkApart(String property, @Nullable Path file, @Nullable Path other, String what)
            throws IOException {
        if (file == null || other == null) {
            return;
        }
        boolean same = Files.exists(file) && Files.exists(other)
                ? Files.isRegularFile(file) && Files.isSameFile(file, other)
                : file.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize());
        if (same) {
            throw Setting.bad(property, file.toString(), "it is " + what + ". Name another file.");
        }
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

    /** Closes the input after all its chunks were delivered. */
    public void close(Exchange exchange) throws Exception {
        Run run = exchange.getProperty(PROPERTY, Run.class);
        try {
            run.finish();
        } finally {
            if (run.isSuspended()) {
                suspended.put(path(exchange.getProperty(FileComponent.FILE_EXCHANGE_FILE)), run);
            }
        }
    }

    /** A few batches at once, for speed; several chunks within the bound, so that reading goes on while one is under way. */
    private int chunk() {
        return Math.max(1, Math.min(Math.min(MAX_CHUNK, BATCHES_IN_A_CHUNK * batch), readAhead / BATCHES_IN_A_CHUNK));
    }

    static Path path(Object body) {
        if (body instanceof WrappedFile<?> wrapped) {
            return ((File) wrapped.getFile()).toPath();
        }
        if (body instanceof File file) {
            return file.toPath();
        }
        return (Path) body;
    }

    /** Null: standard output. */
    private @Nullable Path resultPath(String name) {
        if (resultFile.equals("-")) {
            return null;
        }
        return resultFile.isEmpty()
                ? Path.of(directory, name + ".results." + shape().form().ending())
                : Path.of(resultFile);
    }

    private Path deadLetterPath(String name) {
        return deadLetterFile.isEmpty() ? Path.of(directory, name + ".failed.jsonl") : Path.of(deadLetterFile);
    }

    /** Nothing more is done with the files of this run: others may have them. */
    public void release(RunProgress run) {
        if (run instanceof Run own) {
            own.release();
        }
    }

    /** Told about each input that goes on where an earlier process has left off, from now on. */
    public void resumeListener(ResumeListener newListener) {
        resumeListener.set(newListener);
    }

    /** Told about each input that is opened from now on. */
    public void listener(RunListener newListener) {
        listener.set(newListener);
    }

    /** What becomes of results that are there already, from now on. */
    public void existing(Existing what) {
        existing = what;
    }

    /** The input is dead letters: those of this replay. */
    public void replay(Replay now) {
        unwrap = true;
        replay = now;
    }

    /** Reads no more than the first items of each input, from now on; and keeps no checkpoints. */
    public void first(long items) {
        most = items;
    }

    /** The folder for results and dead letters, where no files are named. */
    public void setDirectory(String directory) {
        this.directory = directory;
    }

    /** The result file; {@code -}: standard output; empty: one in the folder for each input. */
    public void setResultFile(String resultFile) {
        this.resultFile = resultFile;
    }

    /** The dead letters' file; empty: one in the folder for each input. */
    public void setDeadLetterFile(String deadLetterFile) {
        this.deadLetterFile = deadLetterFile;
    }

    /** The size of a batch; a few of them are read and handed on together. */
    public void setBatch(String batch) {
        this.batch = Setting.integer("batch.max-items", batch, 1, 1_000_000);
    }

    /** The longest line, with a unit; at most 1GB. */
    public void setMaxLine(String maxLine) {
        this.maxLine = (int) Math.min(1L << 30, Setting.bytes("source.max-line", maxLine));
    }

    /** How much may be kept on the disk behind an item that has no answer yet, with a unit. */
    public void setKeep(String keep) {
        this.keep = Setting.bytes("deliver.keep", keep);
    }

    /** The wait after the first time that something cannot be written; it doubles from one to the next. */
    public void setBackOff(String backOff) {
        this.backOff = Setting.positiveDuration("deliver.back-off", backOff);
    }

    /** No wait is longer. */
    public void setMaxBackOff(String maxBackOff) {
        this.maxBackOff = Setting.positiveDuration("deliver.max-back-off", maxBackOff);
    }

    /** How long it is tried; then the run ends, and can be gone on with. */
    public void setRetryFor(String retryFor) {
        this.retryFor = Setting.duration("deliver.retry-for", retryFor);
    }

    /** How many items a reader may be ahead of what is written. */
    public void setReadAhead(String readAhead) {
        this.readAhead = Setting.integer("batch.max-in-flight", readAhead, 1, 10_000_000);
    }

    /** How items stand in inputs: {@code auto}, {@code jsonl}, {@code json}, {@code csv} or {@code lines}. */
    public void setFormat(String format) {
        this.format = InputFormat.isGiven(format) ? InputFormat.given(format) : null;
    }

    /** What stands between the fields of a CSV file: one character, or {@code tab}. */
    public void setCsvSeparator(String word) {
        String one = word.equals("tab") ? "\t" : word;
        char c = one.length() == 1 ? one.charAt(0) : 0;
        if (c != '\t' && (c <= ' ' || c >= 127 || c == '"' || Character.isLetterOrDigit(c))) {
            throw Setting.bad("source.csv-separator", word, "give one character, such as ; or |, or the word tab.");
        }
        separator = c;
    }

    /** The settings on which results depend: with others, an unfinished run is not gone on with. */
    public void setResultsDependOn(String resultsDependOn) {
        this.resultsDependOn = resultsDependOn;
    }

    /** Whether the items of dead letters are sent under new keys in any case. */
    public void setNewKeys(String anew) {
        this.newKeys = Setting.yesNo("source.new-keys", anew);
    }

    /** Whether files are dead letters, whose items are sent again. */
    public void setDeadLetters(String deadLetters) {
        this.unwrap = Setting.yesNo("source.dead-letters", deadLetters);
    }

    /** Whether results are written in the order of the input. */
    public void setOrdered(String ordered) {
        this.ordered = Setting.yesNo("deliver.ordered", ordered);
    }

    /** The format of result files: {@code auto}, by the ending of the one that is named, jsonl, json, csv or tsv. */
    public void setResultFormat(String format) {
        ResultShape.Form.of(format, "");
        resultFormat = format;
    }

    /** The columns of CSV and TSV, separated by commas; empty: those of the first item and its answer. */
    public void setColumns(String names) {
        columns = Arrays.stream(names.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Whether cells that a spreadsheet could take for a formula are defused. */
    public void setCsvSafe(String safe) {
        csvSafe = Setting.yesNo("deliver.csv-safe", safe);
    }

    /** Which items have a line: {@code all}, {@code ok} or {@code failed}. */
    public void setOnly(String which) {
        only = ResultShape.Only.of(which);
    }

    /** Where in its item an answer is put; empty: it stands beside the id. */
    public void setMerge(String pointer) {
        Merge.at(pointer, false);
        merge = pointer;
    }

    /** Whether it may replace what stands there. */
    public void setMergeOverwrite(String overwrite) {
        mergeOverwrite = Setting.yesNo("deliver.merge-overwrite", overwrite);
    }

    /** Whether result lines tell status, address and attempts as well. */
    public void setDetails(String details) {
        this.details = Setting.yesNo("deliver.details", details);
    }

    @Override
    public CamelContext getCamelContext() {
        return Objects.requireNonNull(camelContext, "not in a Camel context yet");
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
