package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Disk;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.config.DeliverSettings;
import io.github.saddlebag.config.FileSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.config.SourceSettings;
import io.github.saddlebag.input.InputForm;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.support.Sha256;
import io.github.saddlebag.support.Streams;
import io.github.saddlebag.template.Merge;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** How inputs are read, and where and how their results and dead letters stand. */
public abstract class RunSettings extends InContext {

    private static final int BATCHES_IN_A_CHUNK = 4;
    private static final int MAX_CHUNK = 1000;

    private final Disk disk = new Disk();
    /** By what they are made of: they are asked for with each file, and are a few. */
    private final Map<String, String> fingerprints = new ConcurrentHashMap<>();

    private final InputForm form;
    private final DeliverSettings deliver;
    private final SourceSettings source;
    private final FileSettings file;
    private final String resultFile;
    private final String deadLetterFile;
    private final int readAhead;
    private final Places places;
    private final List<String> columns;
    private final Pipeline pipeline;
    private int batch;
    private long most = Long.MAX_VALUE;
    private volatile String resultsDependOn = "";

    RunSettings(Settings settings, Pipeline pipeline) {
        this.pipeline = pipeline;
        deliver = settings.deliver();
        source = settings.source();
        file = settings.file();
        form = new InputForm(source);
        resultFile = Streams.named(deliver.file());
        deadLetterFile = settings.deadLetter().file();
        batch = settings.batch().maxItems();
        readAhead = settings.batch().maxInFlight();
        places = new Places(readAhead);
        columns = Arrays.stream(deliver.columns().split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        shape().checkColumns();
    }

    /** How items stand in inputs. */
    public final InputForm form() {
        return form;
    }

    final RunOptions ofRun(boolean repeated, Rows rows) {
        Trouble.Limits limits = new Trouble.Limits(deliver.backOff(), deliver.maxBackOff(), deliver.retryFor());
        return new RunOptions(
                chunk(),
                most,
                places,
                form.isDeadLetters(),
                deliver.ordered(),
                shape(),
                rows,
                source.newKeys(),
                repeated,
                file.batchPerFile(),
                limits,
                pipeline);
    }

    final ResultShape shape() {
        return new ResultShape(
                ResultShape.Form.of(deliver.format(), resultFile),
                deliver.details(),
                ResultShape.Only.of(deliver.only()),
                Merge.at(deliver.merge(), deliver.mergeOverwrite()),
                columns,
                deliver.csvSafe());
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
        String all = String.join("\n", ofForm, "" + deliver.ordered(), "" + deliver.details(), resultsDependOn);
        return fingerprints.computeIfAbsent(all, Sha256::hex);
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
                ? Path.of(
                        deliver.directory(), name + ".results." + shape().form().ending())
                : Path.of(resultFile);
    }

    final Path deadLetterPath(String name) {
        return deadLetterFile.isEmpty()
                ? Path.of(deliver.directory(), name + ".failed.jsonl")
                : Path.of(deadLetterFile);
    }

    final boolean isStopped() {
        return context().isStopping() || context().isStopped();
    }

    final boolean isOrdered() {
        return deliver.ordered();
    }

    /** The most bytes that are kept behind an item without an answer. */
    final long keep() {
        return deliver.keep();
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

    /** The size of a batch; a few of them are read and handed on together. */
    public void setBatch(int batch) {
        this.batch = batch;
    }

    /** The settings on which results depend: with others, an unfinished run is not gone on with. Runs that are open take them over. */
    public void setResultsDependOn(String resultsDependOn) {
        this.resultsDependOn = resultsDependOn;
    }

    /** Reads no more than the first items of each input, from now on; and keeps no checkpoints. */
    public void first(long items) {
        most = items;
    }

    final boolean isLimited() {
        return most < Long.MAX_VALUE;
    }

    /** Whose runs these are. */
    final Pipeline pipeline() {
        return pipeline;
    }
}
