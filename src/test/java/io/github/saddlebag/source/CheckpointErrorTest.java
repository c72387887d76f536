package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.checkpoint.CheckpointSaver;
import io.github.saddlebag.checkpoint.Checkpointer;
import io.github.saddlebag.checkpoint.Disk;
import io.github.saddlebag.checkpoint.FileIdentity;
import io.github.saddlebag.checkpoint.OneFile;
import io.github.saddlebag.checkpoint.OutputFile;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.OrderedFile;
import io.github.saddlebag.output.Rows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An Error on the thread that makes checkpoints: it is told, the run is broken off, and nothing counts as done. */
@Timeout(120)
class CheckpointErrorTest {

    @TempDir
    private Path folder;

    private final Queue<Throwable> told = new ConcurrentLinkedQueue<>();
    private final Queue<Exception> broken = new ConcurrentLinkedQueue<>();
    private Thread.UncaughtExceptionHandler before;

    @BeforeEach
    void listen() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> told.add(error));
    }

    @AfterEach
    void forget() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void shouldBreakTheRunOffAndNotBeTakenForItsEnd() throws Exception {
        Path input = Files.writeString(folder.resolve("items.jsonl"), "{}\n");
        OutputFile out = new OutputFile(folder.resolve("results.jsonl"), 0, false, new Disk());
        OutputFile letters = new OutputFile(folder.resolve("failed.jsonl"), 0, true, new Disk());
        Mark begin = new Mark(0, List.of(), 0, 0, 0, 0);
        CheckpointSaver saver = new CheckpointSaver(
                new CheckpointSaver.Files(
                        folder.resolve("results.jsonl.checkpoint"),
                        new OneFile(input, FileIdentity.of(input), true, null),
                        false,
                        () -> "",
                        out,
                        letters,
                        new Disk()),
                begin,
                ItemInput.Place.BEGIN,
                false);
        Checkpointer checkpoints = new Checkpointer(saver, 10, null, null);
        checkpoints.start(
                new OrderedFile(out, letters, true, begin, (items, failed) -> {}, null, Rows.LINES),
                items -> {
                    throw new StackOverflowError("on the thread of checkpoints");
                },
                broken::add);
        checkpoints.answered(10);

        await().dontCatchUncaughtExceptions().until(() -> !broken.isEmpty());
        assertThat(broken.peek()).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> checkpoints.close(true)).hasRootCauseInstanceOf(StackOverflowError.class);
        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThat(told).hasExactlyElementsOfTypes(StackOverflowError.class));
        assertThat(Files.readString(folder.resolve("results.jsonl.checkpoint"), StandardCharsets.ISO_8859_1))
                .doesNotContain("\"complete\":true");
    }
}
