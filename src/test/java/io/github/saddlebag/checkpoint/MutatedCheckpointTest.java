package io.github.saddlebag.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.Range;
import io.github.saddlebag.testing.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints and dead letters with errors anywhere. */
@Timeout(120)
class MutatedCheckpointTest {

    @TempDir
    private Path folder;

    private static Checkpoint checkpoint(long done) {
        InputIdentity.Listed listed = new InputIdentity.Listed(1, "a", "b", "");
        return new Checkpoint(
                new InputIdentity("/in", new FileIdentity("(dev=1,ino=2)", 900, 5), 800, "a-b", listed),
                "settings",
                new ItemInput.Place(done * 10, done, 1),
                done * 20,
                new Mark(done, List.of(new Range(done + 5, done + 7)), done + 2, 1, 500, 60),
                new FileIdentity("(dev=1,ino=3)", 0, 0),
                "/letters",
                false,
                true);
    }

    /** It is one of the two that were saved last, or none: never one that nobody has saved. */
    @Test
    void shouldFindOneThatWasSavedOrNone() throws IOException {
        Path file = folder.resolve("a.checkpoint");
        try (CheckpointFile saved = new CheckpointFile(file, checkpoint(1).bytes(), new Disk())) {
            assertThat(saved.save(checkpoint(30).bytes())).isTrue();
        }
        byte[] whole = Files.readAllBytes(file);
        Mutations.feed(
                input -> {
                    Files.write(file, input);
                    try {
                        assertThat(CheckpointFile.read(file)).isIn(checkpoint(1), checkpoint(30));
                    } catch (IOException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                },
                List.of(whole));
    }

    /** What a checksum does not catch: one that another version has written, or that was edited. */
    @Test
    void shouldReadOrRefuseAnyCheckpoint() throws IOException {
        Mutations.feed(
                input -> {
                    try {
                        Checkpoint read = Checkpoint.of(input);
                        assertThat(Checkpoint.of(read.bytes())).isEqualTo(read);
                    } catch (IOException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                },
                List.of(
                        checkpoint(1).bytes(),
                        checkpoint(30).bytes(),
                        "{\"version\":1,\"file\":-1}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldTakeAnItemOutOfAnyLine() {
        Mutations.feed(
                input -> {
                    assertThat(DeadLetterReader.read(input, false).item()).isNotNull();
                    assertThat(DeadLetterReader.read(input, true).isRepeated()).isFalse();
                },
                "{\"id\":7,\"line\":7,\"item\":{\"id\":7,\"a\":[1.50,\"x\"]},\"reason\":\"no\",\"status\":200,\"attempts\":[{}]}",
                "{\"base64\":\"Zm9v\",\"reason\":\"no\",\"status\":502,\"attempts\":[{\"at\":1},{}],\"occasion\":\"a\"}",
                "{\"text\":\"{\\\"no\\\":1}\",\"reason\":\"It has no id.\"}",
                "\0{\0\"\0i\0t\0e\0m\0\"\0:\0001\0,\0\"\0r\0\"\0:\0002\0}");
    }
}
