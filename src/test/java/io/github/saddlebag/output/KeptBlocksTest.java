package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KeptBlocksTest {

    @TempDir
    private Path folder;

    private KeptBlocks open(long next, long most) throws IOException {
        KeptBlocks kept = new KeptBlocks(folder.resolve("results.kept"), most);
        kept.open(new Mark(next, List.of(), next, 0, 0, 0));
        return kept;
    }

    private static Block block(int count, String lines) {
        return new Block(count, 1, lines.getBytes(StandardCharsets.UTF_8), new byte[] {'x', '\n'});
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void shouldGiveBackWhatItKeepsAfterARestartToo() throws Exception {
        try (KeptBlocks kept = open(0, 1 << 20)) {
            kept.keep(5, block(2, "a\nb\n"));
            kept.keep(9, block(1, "c\n"));
            kept.keep(7, block(2, "d\ne\n"));
            kept.force();
            assertThat(kept.ranges()).containsExactly(new Range(5, 10));
        }
        try (KeptBlocks kept = open(3, 1 << 20)) {
            assertThat(kept.items()).isEqualTo(5);
            Block block = kept.take(7);
            assertThat(block.lines()).asString(StandardCharsets.UTF_8).isEqualTo("d\ne\n");
            assertThat(block.letters()).asString(StandardCharsets.UTF_8).isEqualTo("x\n");
            assertThat(block.failed()).isEqualTo(1);
            assertThat(kept.take(7)).isNull();
            assertThat(kept.ranges()).containsExactly(new Range(5, 7), new Range(9, 10));
        }
    }

    @Test
    void shouldForgetWhatIsWritten() throws Exception {
        try (KeptBlocks kept = open(0, 1 << 20)) {
            kept.keep(5, block(2, "a\nb\n"));
            kept.keep(9, block(1, "c\n"));
        }
        try (KeptBlocks kept = open(7, 1 << 20)) {
            assertThat(kept.ranges()).containsExactly(new Range(9, 10));
            kept.free(9);
            assertThat(files()).hasSize(1);
            kept.free(10);
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void shouldPassOverABlockThatWasNotWrittenToItsEnd() throws Exception {
        for (int cut = 1; cut < 40; cut += 7) {
            try (KeptBlocks kept = open(0, 1 << 20)) {
                kept.keep(5, block(2, "a\nb\n"));
                kept.keep(9, block(1, "c\n"));
            }
            byte[] bytes = Files.readAllBytes(files().get(0));
            Files.write(files().get(0), Arrays.copyOf(bytes, bytes.length - cut));
            try (KeptBlocks kept = open(0, 1 << 20)) {
                assertThat(kept.ranges()).containsExactly(new Range(5, 7));
                kept.keep(9, block(1, "new\n"));
            }
            try (KeptBlocks kept = open(0, 1 << 20)) {
                assertThat(kept.ranges()).containsExactly(new Range(5, 7), new Range(9, 10));
                kept.delete();
            }
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void shouldFreeRoomAsItsFilesAreWritten() throws Exception {
        try (KeptBlocks kept = open(0, 1600)) {
            int count = 0;
            while (kept.hasRoom(0, count + 1, block(1, "a line of an answer\n"))) {
                kept.keep(++count, block(1, "a line of an answer\n"));
            }
            assertThat(count).isBetween(10, 40);
            assertThat(files()).hasSizeGreaterThan(5);

            kept.free(count / 2);

            assertThat(kept.hasRoom(count / 2, count + 1, block(1, "a line of an answer\n")))
                    .isTrue();
            assertThat(kept.hasRoom(0, KeptBlocks.MOST_ITEMS, block(1, "a\n"))).isFalse();
        }
    }
}
