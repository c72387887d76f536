package io.github.saddlebag.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.source.RunProgress;
import io.github.saddlebag.stats.PipelineStats;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunLogTest {

    private record At(String name, long inputBytes, long bytesRead, long read, long written, long failed)
            implements RunProgress {}

    private final List<String> said = new ArrayList<>();
    private final List<RunProgress> held = new ArrayList<>();

    private void opened(RunLog log, RunProgress run) {
        held.add(run);
        log.opened(run);
    }

    @Test
    void shouldTellEachInputThatIsUnderWayAndNoneThatIsDone() {
        try (RunLog log = new RunLog(new PipelineStats(), said::add)) {
            opened(log, new At("b.jsonl", 1000, 500, 20, 10, 1));
            opened(log, new At("a.jsonl", 1000, 1000, 20, 10, 0));
            opened(log, new At("done.jsonl", 1000, 1000, 20, 20, 0));

            log.tell();

            assertThat(said).hasSize(2);
            assertThat(said.get(0)).startsWith("a.jsonl: 50% ETA ").contains("10 items", "0 failed", "0 in flight");
            assertThat(said.get(1)).startsWith("b.jsonl: 25% ETA ").contains("1 failed");
        }
    }

    @Test
    void shouldTellTheFirstOfMany() {
        try (RunLog log = new RunLog(new PipelineStats(), said::add)) {
            for (int i = 0; i < 25; i++) {
                opened(log, new At("f" + i, 1000, 500, 20, 10, 0));
            }

            log.tell();

            assertThat(said).hasSize(11);
            assertThat(said.get(10)).isEqualTo("and 15 more inputs are under way.");
        }
    }

    /** It held each of 20,000 files until the collector looked through all of its memory. */
    @Test
    void shouldLetGoOfThoseThatAreDone() {
        try (RunLog log = new RunLog(new PipelineStats(), said::add)) {
            opened(log, new At("slow", 1000, 500, 20, 10, 0));
            for (int i = 0; i < 10_000; i++) {
                opened(log, new At("f" + i, 1000, 1000, 20, 20, 0));
            }

            assertThat(log.known()).isLessThan(200);
            assertThat(log.inputs()).hasSize(1);
        }
    }
}
