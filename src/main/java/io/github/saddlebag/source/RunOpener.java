package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.CheckpointSaver;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.Earlier;
import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.InputList;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.checkpoint.ManyFiles;
import io.github.saddlebag.checkpoint.OneFile;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.checkpoint.Resume;
import io.github.saddlebag.checkpoint.RunInput;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.input.Inputs;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.Setting;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens an input and the files that its results and dead letters go to, where an earlier run has left off. */
final class RunOpener {

    private static final String DONE = ".done";

    private final RunSettings settings;
    private final Existing existing;
    private final @Nullable Replay replay;
    private final Consumer<Instant> resumeListener;
    private @Nullable Path done;

    /**
     * @param existing what becomes of results that are there already
     * @param replay the input is its dead letters; null: it is none
     * @param resumeListener told of a run that goes on
     */
    RunOpener(RunSettings settings, Existing existing, @Nullable Replay replay, Consumer<Instant> resumeListener) {
        this.settings = settings;
        this.existing = existing;
        this.replay = replay;
        this.resumeListener = resumeListener;
    }

    /**
     * Inputs are many, and have their files in one folder: nothing is looked for in it, as each has a checkpoint.
     *
     * @param folder where they are moved to at their end
     */
    RunOpener ofInbox(Path folder) {
        done = folder;
        return this;
    }

    /**
     * @param name what it is called
     * @param shared what it writes to together with other inputs
     */
    Run open(Path input, String name, SharedFiles shared) throws IOException {
        if (done == null && Files.exists(input) && !Files.isRegularFile(input)) {
            // a pipe or the like is read once
            return open(new StoppableStream(() -> new FileInputStream(input.toFile()), settings::isStopped), name);
        }
        RunFiles files = RunFiles.of(settings, name, List.of(input), shared);
        return files.locked(() -> run(input, name, files));
    }

    /** @param name what the stream is called */
    Run open(InputStream in, String name) throws IOException {
        RunFiles files = RunFiles.of(settings, name, List.of(), SharedFiles.NONE);
        return files.locked(() -> run(StoppableStream.of(in, settings::isStopped), name, files));
    }

    private Run run(InputStream in, String name, RunFiles files) throws IOException {
        OutputStream results = null;
        try {
            Outputs outputs = new Outputs(files.results(), files.deadLetters(), null, Path.of(name), SharedFiles.NONE);
            Outputs.Start start = outputs.start(existing, Earlier.NOTHING, false);
            OutputOpener.Opened opened = new OutputOpener(files, start, null, settings.disk()).open(Mark.NONE);
            results = opened.results();
            ItemInput items = settings.form().inputs().open(in, name);
            return new Run(
                    new Run.Files(name, items, -1, results, opened.deadLetters(), null),
                    settings.ofRun(false, settings.shape().rows(items.columns())),
                    settings::isStopped);
        } catch (IOException | RuntimeException e) {
            closeAll(in, results);
            throw e;
        }
    }

    private Run run(Path input, String name, RunFiles files) throws IOException {
        Inputs inputs = settings.form().inputs();
        FileIdentity known = FileIdentity.of(input);
        InputFormat is = inputs.format(input);
        boolean once = !Files.isRegularFile(input) || settings.isLimited();
        Path checkpoint = once ? null : files.checkpoint(name);
        Supplier<String> settingsNow = () -> settings.fingerprint(is);
        SharedFiles shared = files.shared();
        if (checkpoint != null && files.results() != null) {
            shared.repair(checkpoint, files.results(), files.deadLetters());
        }
        Outputs outputs = new Outputs(
                files.results(),
                files.deadLetters(),
                checkpoint,
                done == null ? input.resolveSibling(DONE).resolve(name) : done.resolve(input.getFileName()),
                shared);
        Outputs.Start start = start(outputs, Earlier.Known.of(input), settingsNow.get());
        Resume resume = start.resume();
        // a run that was killed early has no checkpoint yet, but opened its results
        boolean repeated = resume != Resume.ANEW || !shared.results() && files.hasResults();
        if (shared.any() && files.results() != null) {
            resume = shared.behind(resume, files.results(), files.deadLetters());
        }
        long end = Long.MAX_VALUE;
        if (replay != null) {
            resume = replay.begin(resume);
            end = replay.end();
            replay.reads(inputs::seen);
        }
        ItemInput items = inputs.open(input, is, resume.place(), end);
        try {
            InputWatch watch = once || replay != null ? null : InputWatch.of(input, known, inputs::seen);
            RunInput read = new OneFile(input, watch == null ? known : watch.opened(), inputs.isPlain(), watch);
            boolean late = isLate(files, checkpoint, resume);
            Opened opened = new Opened(name, items, Files.size(input), read, watch, checkpoint, settingsNow);
            Run run = run(opened, files, start, resume, repeated, late);
            // how far a file is done is told in its own bytes
            return inputs.isPlain() ? run : run.seen(inputs::seen);
        } catch (IOException | RuntimeException e) {
            items.close();
            throw e;
        }
    }

    /** An input that is read from the place where an earlier run has left off. */
    private record Opened(
            String name,
            ItemInput items,
            long bytes,
            RunInput input,
            @Nullable InputWatch watch,
            @Nullable Path checkpoint,
            Supplier<String> settings) {}

    private Run run(Opened in, RunFiles files, Outputs.Start start, Resume resume, boolean repeated, boolean late)
            throws IOException {
        OutputStream opened = null;
        try {
            Path checkpoint = in.checkpoint;
            OutputOpener opener = new OutputOpener(files, start, checkpoint, settings.disk());
            OutputOpener.Opened outs = late ? opener.openLate() : opener.open(resume.written());
            opened = outs.results();
            Rows rows = rows(files, resume, in.items.columns());
            RunOptions ofRun = settings.ofRun(repeated, rows);
            Run.Files all = new Run.Files(in.name, in.items, in.bytes, outs.results(), outs.deadLetters(), in.watch);
            if (checkpoint == null
                    || !(outs.results() instanceof OutputFile file)
                    || !file.isRegular()
                    || !outs.deadLetters().isRegular()) {
                return new Run(all, ofRun, settings::isStopped);
            }
            CheckpointSaver saver = new CheckpointSaver(
                    new CheckpointSaver.Files(
                            checkpoint,
                            in.input,
                            files.shared().any(),
                            in.settings,
                            file,
                            outs.deadLetters(),
                            settings.disk()),
                    resume.written(),
                    resume.place(),
                    late || !start.replaced().isEmpty());
            if (late) {
                saver.saysBefore();
            }
            Checkpointer checkpoints = new Checkpointer(
                    saver, settings.readAhead(), kept(checkpoint, resume, late), late ? settings.timer() : null);
            return new Run(all, ofRun, settings::isStopped, checkpoints).finishedBefore(start.finished());
        } catch (IOException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Several files, as one input. */
    Run open(InputList list) throws IOException {
        RunFiles files = RunFiles.of(settings, list.name(), list.files(), SharedFiles.NONE);
        return files.locked(() -> run(list, files));
    }

    private Run run(InputList list, RunFiles files) throws IOException {
        Path checkpoint = settings.isLimited() ? null : files.checkpoint(list.name());
        Path nowhere = list.files().get(0).resolveSibling(DONE).resolve(list.name());
        Outputs outputs = new Outputs(files.results(), files.deadLetters(), checkpoint, nowhere, files.shared());
        Supplier<String> settingsNow = settings::fingerprintOfList;
        Outputs.Start start = start(outputs, Earlier.Known.of(list), settingsNow.get());
        Resume resume = start.resume();
        boolean repeated = resume != Resume.ANEW || files.hasResults();
        ManyFiles inputs = new ManyFiles(list, settings.form().inputs(), resume.place());
        try {
            Opened opened = new Opened(list.name(), inputs, inputs.bytes(), inputs, null, checkpoint, settingsNow);
            return run(opened, files, start, resume, repeated, false).seen(inputs::seen);
        } catch (IOException | RuntimeException e) {
            inputs.close();
            throw e;
        }
    }

    private Outputs.Start start(Outputs outputs, Earlier.Known input, String settingsNow) throws IOException {
        Path checkpoint = outputs.checkpoint();
        Path results = outputs.results();
        Earlier earlier = checkpoint == null || results == null
                ? Earlier.NOTHING
                : Earlier.of(checkpoint, input, settingsNow, results, outputs.deadLetters(), outputs.shared());
        Outputs.Start start = outputs.start(existing, earlier, replay != null && replay.keepsAgain());
        boolean goesOn = start.resume() != Resume.ANEW;
        if (checkpoint != null && goesOn && !start.finished()) {
            resumeListener.accept(Files.getLastModifiedTime(checkpoint).toInstant());
        }
        if (checkpoint != null && !goesOn && done == null) {
            KeptBlocks.delete(KeptBlocks.beside(checkpoint));
        }
        return start;
    }

    private Rows rows(RunFiles files, Resume resume, List<String> columns) throws IOException {
        ResultShape shape = settings.shape();
        if (files.shared().results() && shape.form() == ResultShape.Form.JSON) {
            throw Setting.bad(
                    "deliver.format",
                    "json",
                    "several inputs write to one file (saddlebag.deliver.file), and an array ends once: give jsonl.");
        }
        Rows rows = shape.rows(columns);
        if (files.results() != null && resume.written().length() > 0) {
            rows.goOn(files.results());
        }
        return rows;
    }

    /** Whether nothing is written before something is answered: many files end soon after. */
    private boolean isLate(RunFiles files, @Nullable Path checkpoint, Resume resume) {
        return done != null
                && checkpoint != null
                && files.results() != null
                && resume == Resume.ANEW
                && !Files.exists(files.results())
                && !Files.exists(files.deadLetters());
    }

    private @Nullable KeptBlocks kept(Path checkpoint, Resume resume, boolean late) throws IOException {
        if (!settings.isOrdered()) {
            return null;
        }
        KeptBlocks kept = new KeptBlocks(KeptBlocks.beside(checkpoint), settings.keep());
        if (!late) {
            kept.open(resume.written());
        }
        return kept;
    }

    private static void closeAll(@Nullable Closeable... all) throws IOException {
        for (Closeable each : all) {
            if (each != null) {
                each.close();
            }
        }
    }
}
