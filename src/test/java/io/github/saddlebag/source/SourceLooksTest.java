package io.github.saddlebag.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.testing.Items;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What health knows of sources. */
@Tag("slow")
@Timeout(60)
class SourceLooksTest extends InboxFlow {

    private Map<String, Duration> silent() {
        PipelineStats stats = bundle.context().getRegistry().lookupByNameAndType("saddlebagStats", PipelineStats.class);
        return stats.sources().stream()
                .collect(Collectors.toMap(
                        PipelineStats.Source::name, source -> source.silent().get()));
    }

    @Test
    void shouldKnowWhenEachSourceThatRunsLookedLast() throws Exception {
        Path list = Files.write(folder.resolve("list.jsonl"), Items.items(2));
        bundle.with("saddlebag.source.timer.enabled", true)
                .with("saddlebag.source.timer.list", list)
                .with("saddlebag.source.timer.period", "50ms")
                .start();

        await().until(() ->
                !silent().get("file").isZero() && !silent().get("timer").isZero());

        assertThat(silent()).containsOnlyKeys("file", "timer", "kafka").containsEntry("kafka", Duration.ZERO);
        assertThat(silent().values()).allMatch(silent -> silent.toSeconds() < 30);
        bundle.context().getRouteController().stopRoute("saddlebag-source-file");
        assertThat(silent()).containsEntry("file", Duration.ZERO);
        assertThat(silent().get("timer")).isPositive();
    }
}
