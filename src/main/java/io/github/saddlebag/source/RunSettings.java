package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Disk;
import io.github.saddlebag.checkpoint.InputIdentity;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.input.InputForm;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.OfPipeline;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.Streams;
import io.github.saddlebag.template.Merge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** How inputs are read, and where and how their results and dead letters stand. */
public abstract class RunSettings extends InContext implements OfPipeline {

    private Pipeline pipeline = Pipeline.OF_FILES;

    private static final int BATCHES_IN_A_CHUNK = 4;
    private static final int MAX_CHUNK = 1000;

    private final Disk disk = new Disk();
    /** By what they are made of: they are asked for with each file, and are a few. */
    private final Map<String, String> fingerprints = new ConcurrentHashMap<>();

    private final InputForm form = new InputForm();
    private String directory = "outbox";
    private String resultFile = "";
    private String deadLetterFile = "";
    private int batch = 100;
    private int readAhead = 5000;
    private Places places = new Places(readAhead);
    private long keep = 1 << 30;
    private Duration backOff = Trouble.Limits.DEFAULT.first();
    private Duration maxBackOff = Trouble.Limits.DEFAULT.most();
    private Duration retryFor = Trouble.Limits.DEFAULT.all();
    private boolean newKeys;
    private boolean batchPerFile;
    private boolean ordered = true;
    private boolean details;
    private String resultFormat = "auto";
    private List<String> columns = List.of();
    private boolean csvSafe;
    private ResultShape.Only only = ResultShape.Only.ALL;
    private String merge = "";
    private boolean mergeOverwrite;
    private String resultsDependOn = "";

    RunSettings() {}

    /** How items stand in inputs. */
    public final InputForm form() {
        return form;
    }

    final RunOptions ofRun(boolean repeated, ResultShape shape, Rows rows) {
        Trouble.Limits limits = new Trouble.Limits(backOff, maxBackOff, retryFor);
        return new RunOptions(
                chunk(),
                places,
                form.isDeadLetters(),
                ordered,
                shape,
                rows,
                newKeys,
                repeated,
                batchPerFile,
                limits,
                pipeline);
    }

    final ResultShape shape() {
        return new ResultShape(
                ResultShape.Form.of(resultFormat, resultFile),
                details,
                only,
                Merge.at(merge, mergeOverwrite),
                columns,
                csvSafe);
    }

    /** What the results depend on besides the input; a hash, as there may be keys in an address. */
    final String fingerprint(InputFormat is) {
        return fingerprint(form.fingerprint(is));
    }

    /** The same, where each file may have a form of its own. */
    final String fingerprintOfList() {
        return fingerprint(form.fingerprintOfList());
    }

    private String fingerprint(String ofForm) {
        String all = String.join("\n", ofForm, "" + ordered, "" + details, resultsDependOn);
        return fingerprints.computeIfAbsent(
                all,
                text -> HexFormat.of().formatHex(InputIdentity.sha256().digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** A few batches at once, for speed; several chunks within the bound, so that reading goes on while one is under way. */
    final int chunk() {
        return Math.max(1, Math.min(Math.min(MAX_CHUNK, BATCHES_IN_A_CHUNK * batch), readAhead / BATCHES_IN_A_CHUNK));
    }

    /** Null: standard output. */
    final @Nullable Path resultPath(String name) {
        if (resultFile.equals("-")) {
            return null;
        }
        return resultFile.isEmpty()
                ? Path.of(directory, name + ".results." + shape().form().ending())
                : Path.of(resultFile);
    }

    final Path deadLetterPath(String name) {
        return deadLetterFile.isEmpty() ? Path.of(directory, name + ".failed.jsonl") : Path.of(deadLetterFile);
    }

    final boolean isStopped() {
        return context().isStopping() || context().isStopped();
    }

    final boolean isOrdered() {
        return ordered;
    }

    /** The most bytes that are kept behind an item without an answer. */
    final long keep() {
        return keep;
    }

    /** What forces files to the disk. */
    final Disk disk() {
        return disk;
    }

    final int readAhead() {
        return readAhead;
    }

    /** Tells when something is due. */
    abstract ScheduledExecutorService timer();

    /** What the files of the inbox write to together. */
    public final SharedFiles shared() {
        return new SharedFiles(!resultFile.isEmpty() && !resultFile.equals("-"), !deadLetterFile.isEmpty());
    }

    /** The folder for results and dead letters, where no files are named. */
    public void setDirectory(String directory) {
        this.directory = directory;
    }

    /** The result file; {@code -}: standard output; empty: one in the folder for each input. */
    public void setResultFile(String resultFile) {
        this.resultFile = Streams.named(resultFile);
    }

    /** The dead letters' file; empty: one in the folder for each input. */
    public void setDeadLetterFile(String deadLetterFile) {
        this.deadLetterFile = deadLetterFile;
    }

    /** The size of a batch; a few of them are read and handed on together. */
    public void setBatch(int batch) {
        this.batch = batch;
    }

    /** How much may be kept on the disk behind an item that has no answer yet, with a unit. */
    public void setKeep(long keep) {
        this.keep = keep;
    }

    /** The wait after the first time that something cannot be written; it doubles from one to the next. */
    public void setBackOff(Duration backOff) {
        this.backOff = backOff;
    }

    /** No wait is longer. */
    public void setMaxBackOff(Duration maxBackOff) {
        this.maxBackOff = maxBackOff;
    }

    /** How long it is tried; then the run ends, and can be gone on with. */
    public void setRetryFor(Duration retryFor) {
        this.retryFor = retryFor;
    }

    /** How many items a reader may be ahead of what is written. */
    public void setReadAhead(int readAhead) {
        this.readAhead = readAhead;
        this.places = new Places(this.readAhead);
    }

    /** Whether items of different files share no batch. */
    public void setBatchPerFile(boolean perFile) {
        this.batchPerFile = perFile;
    }

    /** The settings on which results depend: with others, an unfinished run is not gone on with. */
    public void setResultsDependOn(String resultsDependOn) {
        this.resultsDependOn = resultsDependOn;
    }

    /** Whether the items of dead letters are sent under new keys in any case. */
    public void setNewKeys(boolean anew) {
        this.newKeys = anew;
    }

    /** Whether results are written in the order of the input. */
    public void setOrdered(boolean ordered) {
        this.ordered = ordered;
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
    public void setCsvSafe(boolean safe) {
        csvSafe = safe;
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
    public void setMergeOverwrite(boolean overwrite) {
        mergeOverwrite = overwrite;
    }

    /** Whether result lines tell status, address and attempts as well. */
    public void setDetails(boolean details) {
        this.details = details;
    }

    @Override
    public void setPipeline(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Whose runs these are. */
    final Pipeline pipeline() {
        return pipeline;
    }
}
