package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Disk;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.output.StandardOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Opens the files that the outcomes of an input go to, behind what stays in them. */
final class OutputOpener {

    private final RunFiles files;
    private final Disk disk;
    private final OrderedFile.@Nullable Step replace;

    /** @param start says what is emptied before the first answer is written */
    OutputOpener(RunFiles files, Outputs.Start start, @Nullable Path checkpoint, Disk disk) {
        this.files = files;
        this.disk = disk;
        this.replace = start.replaced().isEmpty() ? null : once(() -> start.replace(checkpoint));
    }

    /** What was opened. */
    record Opened(OutputStream results, OutputFile deadLetters) {}

    /** @param written stays */
    Opened open(Mark written) throws IOException {
        OutputFile deadLetters = file(files.deadLetters(), written.letterLength(), true);
        Path results = files.results();
        return new Opened(results == null ? new StandardOutput() : file(results, written.length(), false), deadLetters);
    }

    /** Where neither is there yet. */
    Opened openLate() {
        return new Opened(
                new OutputFile(Objects.requireNonNull(files.results()), () -> {}, disk),
                new OutputFile(files.deadLetters(), () -> {}, disk));
    }

    private OutputFile file(Path path, long keep, boolean lazy) throws IOException {
        OrderedFile.Step before = keep == 0 && (!Files.exists(path) || Files.isRegularFile(path)) ? replace : null;
        return before == null ? new OutputFile(path, keep, lazy, disk) : new OutputFile(path, before, disk);
    }

    private static OrderedFile.Step once(OrderedFile.Step step) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (!done.get()) {
                step.run();
                done.set(true);
            }
        };
    }
}
