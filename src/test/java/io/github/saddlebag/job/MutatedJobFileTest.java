package io.github.saddlebag.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Mutations;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of jobs with errors anywhere: each tells of a job that can be asked for, or is refused. */
@Timeout(120)
class MutatedJobFileTest {

    @TempDir
    private Path folder;

    @Test
    void shouldReadOrRefuseAnyJob() throws IOException {
        Path file = folder.resolve("a.job");
        JobFile.write(new StoredJob(
                file,
                URI.create("https://api.example.com/jobs/7?a=b#x"),
                "target",
                "key",
                Instant.parse("2026-01-01T12:00:00Z"),
                List.of(new StoredJob.Entry("k1", "1", true), new StoredJob.Entry("k2", null, false)),
                Set.of("source")));
        byte[] whole = Files.readAllBytes(file);
        Mutations.feed(
                input -> {
                    Files.write(file, input);
                    try {
                        StoredJob job = JobFile.read(file);
                        assertThat(job.address().getRawAuthority()).isNotEmpty();
                        assertThat(job.entries()).isNotEmpty();
                    } catch (IOException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                },
                List.of(whole));
    }
}
