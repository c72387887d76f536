package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.CheckpointSaver;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.Earlier;
import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.InputList;
import io.github.saddlebag.checkpoint.InputWatch;
import io.github.saddlebag.checkpoint.Locks;
import io.github.saddlebag.checkpoint.ManyFiles;
import io.github.saddlebag.checkpoint.OneFile;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.checkpoint.Resume;
import io.github.saddlebag.checkpoint.RunInput;
import io.github.saddlebag.checkpoint.SharedFiles;
import io.github.saddlebag.input.FirstItems;
import io.github.saddlebag.input.InputFormat;
import io.github.saddlebag.input.Inputs;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.KeptBlocks;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.Setting;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Opens an input and the files that its results and dead letters go to, where an earlier run has left off. */
final class RunOpener {

    private static final String DONE = ".done";

    private final RunSettings settings;
    private final Existing existing;
    private final @Nullable Replay replay;
    private final @Nullable ResumeListener resumeListener;
    private final long most;
    private @Nullable Path done;

    /**
     * @param existing what becomes of results that are there already
     * @param replay the input is its dead letters; null: it is none
     * @param resumeListener told of a run that goes on; null: nobody is
     * @param most the most items that are read of an input
     */
    RunOpener(
            RunSettings settings,
            Existing existing,
            @Nullable Replay replay,
            @Nullable ResumeListener resumeListener,
            long most) {
        this.settings = settings;
        this.existing = existing;
        this.replay = replay;
        this.resumeListener = resumeListener;
        this.most = most;
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

    /** Where the outcomes of an input go. */
    private record Targets(@Nullable Path results, Path deadLetters, SharedFiles shared) {

        @Nullable
        Path checkpoint(String name) {
            return results == null
                    ? null
                    : results.resolveSibling(results.getFileName()
                            + (shared.results() ? "." + name.replace('/', '_') : "")
                            + ".checkpoint");
        }
    }

    /** What an opened run writes to. */
    private record Outs(OutputStream results, OutputFile deadLetters, boolean late) {}

    /**
     * @param name what it is called
     * @param shared what it writes to together with other inputs
     */
    Run open(Path input, String name, SharedFiles shared) throws IOException {
        if (done == null && Files.exists(input) && !Files.isRegularFile(input)) {
            // a pipe or the like is read once
            return open(Files.newInputStream(input), name);
        }
        Targets targets = new Targets(settings.resultPath(name), settings.deadLetterPath(name), shared);
        checkApart("deliver.file", targets.results, input, "the input, which would be lost");
        checkApart("dead-letter.file", targets.deadLetters, input, "the input, which would be lost");
        checkApart("dead-letter.file", targets.deadLetters, targets.results, "the result file too");
        return locked(targets, () -> run(input, name, targets));
    }

    /** @param name what the stream is called */
    Run open(InputStream in, String name) throws IOException {
        Targets targets = new Targets(settings.resultPath(name), settings.deadLetterPath(name), SharedFiles.NONE);
        checkApart("dead-letter.file", targets.deadLetters, targets.results, "the result file too");
        return locked(targets, () -> run(in, name, targets));
    }

    private interface Opening {
        Run run() throws IOException;
    }

    private static Run locked(Targets targets, Opening opening) throws IOException {
        Locks locks = Locks.of(targets.results, targets.deadLetters);
        try {
            return opening.run().holding(locks);
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }

    private Run run(InputStream in, String name, Targets targets) throws IOException {
        OutputStream results = null;
        try {
            ResultShape shape = settings.shape();
            Outputs outputs = new Outputs(targets.results, targets.deadLetters, null, Path.of(name), SharedFiles.NONE);
            Outputs.Start start = outputs.start(existing, Earlier.NOTHING, false);
            OutputFile.Step replace = replacing(outputs, start);
            OutputStream deadLetters = file(targets.deadLetters, 0, true, replace);
            results = targets.results == null ? new StandardOutput() : file(targets.results, 0, false, replace);
            return new Run(
                    new Run.Files(name, limited(settings.inputs().open(in, name)), -1, results, deadLetters),
                    settings.ofRun(false, shape, shape.rows()),
                    settings::isStopped);
        } catch (IOException | RuntimeException e) {
            closeAll(in, results);
            throw e;
        }
    }

    private Run run(Path input, String name, Targets targets) throws IOException {
        Inputs inputs = settings.inputs();
        FileIdentity known = FileIdentity.of(input);
        InputFormat is = inputs.format(input);
        boolean once = !Files.isRegularFile(input) || most < Long.MAX_VALUE;
        Path checkpoint = once ? null : targets.checkpoint(name);
        String settingsNow = settings.fingerprint(is);
        SharedFiles shared = targets.shared;
        if (checkpoint != null && targets.results != null) {
            shared.repair(checkpoint, targets.results, targets.deadLetters);
        }
        Outputs outputs = new Outputs(
                targets.results,
                targets.deadLetters,
                checkpoint,
                done == null ? input.resolveSibling(DONE).resolve(name) : done.resolve(input.getFileName()),
                shared);
        Outputs.Start start = start(outputs, Earlier.Known.of(input), settingsNow);
        Resume resume = start.resume();
        // a run that was killed early has no checkpoint yet, but opened its results
        boolean repeated = resume != Resume.ANEW
                || !shared.results() && targets.results != null && Files.isRegularFile(targets.results);
        if (shared.any() && targets.results != null) {
            resume = shared.behind(resume, targets.results, targets.deadLetters);
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
            boolean late = isLate(targets, checkpoint, resume);
            Opened opened = new Opened(name, items, Files.size(input), read, checkpoint, settingsNow);
            return progress(run(opened, targets, outputs, start, resume, repeated, late), inputs)
                    .watching(watch);
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
            @Nullable Path checkpoint,
            String settings) {}

    private Run run(
            Opened in,
            Targets targets,
            Outputs outputs,
            Outputs.Start start,
            Resume resume,
            boolean repeated,
            boolean late)
            throws IOException {
        OutputStream opened = null;
        try {
            Outs outs = outs(targets, resume, late, replacing(outputs, start));
            opened = outs.results;
            Rows rows = rows(targets, resume);
            Run.Settings ofRun = settings.ofRun(repeated, settings.shape(), rows);
            Run.Files files = new Run.Files(in.name, limited(in.items), in.bytes, outs.results, outs.deadLetters);
            Path checkpoint = in.checkpoint;
            if (checkpoint == null
                    || !(outs.results instanceof OutputFile file)
                    || !file.isRegular()
                    || !outs.deadLetters.isRegular()) {
                return new Run(files, ofRun, settings::isStopped);
            }
            CheckpointSaver saver = new CheckpointSaver(
                    new CheckpointSaver.Files(
                            checkpoint,
                            in.input,
                            targets.shared.any(),
                            in.settings,
                            file,
                            outs.deadLetters,
                            settings.disk()),
                    resume.written(),
                    resume.place(),
                    outs.late);
            if (late) {
                saver.saysBefore();
            }
            Checkpointer checkpoints = new Checkpointer(
                    saver, settings.readAhead(), kept(checkpoint, resume, late), late ? settings.timer() : null);
            return new Run(files, ofRun, settings::isStopped, checkpoints).finishedBefore(start.finished());
        } catch (IOException | RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Several files, as one input. */
    Run open(InputList list) throws IOException {
        Targets targets =
                new Targets(settings.resultPath(list.name()), settings.deadLetterPath(list.name()), SharedFiles.NONE);
        for (Path file : list.files()) {
            checkApart("deliver.file", targets.results, file, "an input, which would be lost");
            checkApart("dead-letter.file", targets.deadLetters, file, "an input, which would be lost");
        }
        checkApart("dead-letter.file", targets.deadLetters, targets.results, "the result file too");
        return locked(targets, () -> run(list, targets));
    }

    private Run run(InputList list, Targets targets) throws IOException {
        Path checkpoint = most < Long.MAX_VALUE ? null : targets.checkpoint(list.name());
        Path nowhere = list.files().get(0).resolveSibling(DONE).resolve(list.name());
        Outputs outputs = new Outputs(targets.results, targets.deadLetters, checkpoint, nowhere, targets.shared);
        String settingsNow = settings.fingerprintOfList();
        Outputs.Start start = start(outputs, Earlier.Known.of(list), settingsNow);
        Resume resume = start.resume();
        boolean repeated = resume != Resume.ANEW || targets.results != null && Files.isRegularFile(targets.results);
        ManyFiles files = new ManyFiles(list, settings.inputs(), resume.place());
        try {
            Opened opened = new Opened(list.name(), files, files.bytes(), files, checkpoint, settingsNow);
            return run(opened, targets, outputs, start, resume, repeated, false).seen(files::seen);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** How far a file is done is told in its own bytes. */
    private static Run progress(Run run, Inputs inputs) {
        return inputs.isPlain() ? run : run.seen(inputs::seen);
    }

    private Outputs.Start start(Outputs outputs, Earlier.Known input, String settingsNow) throws IOException {
        Path checkpoint = outputs.checkpoint();
        Path results = outputs.results();
        Earlier earlier = checkpoint == null || results == null
                ? Earlier.NOTHING
                : Earlier.of(checkpoint, input, settingsNow, results, outputs.deadLetters(), outputs.shared());
        Outputs.Start start = outputs.start(existing, earlier, replay != null && replay.keepsAgain());
        boolean goesOn = start.resume() != Resume.ANEW;
        if (checkpoint != null && goesOn && !start.finished() && resumeListener != null) {
            resumeListener.resumed(Files.getLastModifiedTime(checkpoint).toInstant());
        }
        if (checkpoint != null && !goesOn && done == null) {
            KeptBlocks.delete(KeptBlocks.beside(checkpoint));
        }
        return start;
    }

    private Outs outs(Targets targets, Resume resume, boolean late, OutputFile.@Nullable Step replace)
            throws IOException {
        if (late && targets.results != null) {
            return new Outs(
                    new OutputFile(targets.results, settings.disk()),
                    new OutputFile(targets.deadLetters, settings.disk()),
                    true);
        }
        OutputFile deadLetters = file(targets.deadLetters, resume.written().letterLength(), true, replace);
        OutputStream results = targets.results == null
                ? new StandardOutput()
                : file(targets.results, resume.written().length(), false, replace);
        return new Outs(results, deadLetters, replace != null);
    }

    private Rows rows(Targets targets, Resume resume) throws IOException {
        ResultShape shape = settings.shape();
        if (targets.shared.results() && shape.form() == ResultShape.Form.JSON) {
            throw Setting.bad(
                    "deliver.format",
                    "json",
                    "several inputs write to one file (saddlebag.deliver.file), and an array ends once: give jsonl.");
        }
        Rows rows = shape.rows();
        if (targets.results != null && resume.written().length() > 0) {
            rows.goOn(targets.results);
        }
        return rows;
    }

    /** Whether nothing is written before something is answered: many files end soon after. */
    private boolean isLate(Targets targets, @Nullable Path checkpoint, Resume resume) {
        return done != null
                && checkpoint != null
                && targets.results != null
                && resume == Resume.ANEW
                && !Files.exists(targets.results)
                && !Files.exists(targets.deadLetters);
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

    private ItemInput limited(ItemInput items) {
        return most == Long.MAX_VALUE ? items : new FirstItems(items, most);
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

    private OutputFile file(Path path, long keep, boolean lazy, OutputFile.@Nullable Step replace) throws IOException {
        boolean late = replace != null && keep == 0 && (!Files.exists(path) || Files.isRegularFile(path));
        return late
                ? new OutputFile(path, Objects.requireNonNull(replace), settings.disk())
                : new OutputFile(path, keep, lazy, settings.disk());
    }

    private static void closeAll(@Nullable Closeable... all) throws IOException {
        for (Closeable each : all) {
            if (each != null) {
                each.close();
            }
        }
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
}
