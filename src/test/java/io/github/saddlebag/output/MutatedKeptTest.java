package io.github.saddlebag.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kept answers with errors anywhere: what is found is what was kept, or nothing. */
@Timeout(120)
class MutatedKeptTest {

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldFindOnlyWhatWasKept() throws IOException {
        Path file = folder.resolve("a.kept.1");
        Block first = new Block(2, 1, bytes("{\"id\":1}\n{\"id\":2}\n"), bytes("{\"letter\":2}\n"));
        Block second = new Block(1, 0, bytes("{\"id\":9}\n"), bytes(""));
        try (KeptSegment segment = new KeptSegment(file)) {
            segment.add(10, first);
            segment.add(40, second);
        }
        byte[] whole = Files.readAllBytes(file);
        Mutations.feed(
                input -> {
                    Files.write(file, input);
                    try (KeptSegment segment = new KeptSegment(file)) {
                        segment.read((number, offset, count) -> {
                            assertThat(number).isIn(10L, 40L);
                            Block kept = number == 10 ? first : second;
                            assertThat(count).isEqualTo(kept.count());
                        });
                        assertThat(segment.length()).isLessThanOrEqualTo(input.length);
                    }
                },
                List.of(whole));
    }
}
