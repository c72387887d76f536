package io.github.saddlebag.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.stats.PipelineStats;
import io.github.saddlebag.stats.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineHealthTest {

    @TempDir
    private Path folder;

    private final PipelineStats stats = new PipelineStats();

    private Result health(double oldestSeconds, Duration deadline) {
        return new PipelineHealth("x", stats, () -> 7, () -> oldestSeconds, deadline).call(Map.of());
    }

    @Test
    void shouldBeUpWhileItemsAreYoung() {
        Result result = health(60, Duration.ofMinutes(10));

        assertThat(result.getState()).isEqualTo(State.UP);
        assertThat(result.getDetails()).containsEntry("breaker", "CLOSED").containsEntry("itemsInFlight", 7L);
    }

    @Test
    void shouldBeDownWhereNothingHappensToAnItem() {
        Result result = health(3000, Duration.ofMinutes(-2));

        assertThat(result.getState()).isEqualTo(State.DOWN);
        assertThat(result.getMessage())
                .hasValueSatisfying(text -> assertThat(text).contains("batch:x", "3000s", "stuck"));
    }

    @Test
    void shouldBeUpWhileCallsEnd() {
        assertThat(health(3000, Duration.ofMinutes(10)).getState()).isEqualTo(State.UP);
    }

    @Test
    void shouldBeUpWhereTheBreakerIsOpen() {
        stats.breaker(() -> "OPEN");

        Result result = health(3000, Duration.ofMinutes(-2));

        assertThat(result.getState()).isEqualTo(State.UP);
        assertThat(result.getDetails()).containsEntry("breaker", "OPEN");
    }

    @Test
    void shouldBeUpWhileTheEndpointWantsQuiet() {
        stats.pace(() -> new PipelineStats.Pause(Duration.ofHours(1), "asked"), () -> Duration.ZERO, () -> 0);

        assertThat(health(3000, Duration.ofMinutes(-2)).getState()).isEqualTo(State.UP);
    }

    private Result healthWithSource(Duration silent) {
        stats.add(new PipelineStats.Source("timer", Duration.ofMinutes(5), () -> silent));
        return health(0, Duration.ofMinutes(10));
    }

    @Test
    void shouldBeDownWhereASourceDoesNotLookForItems() {
        Result result = healthWithSource(Duration.ofMinutes(27));

        assertThat(result.getState()).isEqualTo(State.DOWN);
        assertThat(result.getMessage())
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("source timer of batch:x has not looked for items for 1620s", "each 300000ms"));
    }

    @Test
    void shouldBeUpWhereASourceMissedAFewTurns() {
        assertThat(healthWithSource(Duration.ofMinutes(25)).getState()).isEqualTo(State.UP);
    }

    @Test
    void shouldBeDownWhereTheDiskIsFull() {
        Result full = new DiskHealth(Pipeline.DEFAULT, List.of(folder), any -> 1000).call(Map.of());

        assertThat(full.getState()).isEqualTo(State.DOWN);
        assertThat(full.getMessage())
                .hasValueSatisfying(text -> assertThat(text).contains(folder.toString(), "full"));
        assertThat(new DiskHealth(Pipeline.DEFAULT, List.of(folder.resolve("not/there/yet")))
                        .call(Map.of())
                        .getState())
                .isEqualTo(State.UP);
    }

    @Test
    void shouldBeDownWhereOneOfSeveralDisksIsFull() throws IOException {
        Path letters = Files.createDirectory(folder.resolve("letters"));

        Result full = new DiskHealth(
                        Pipeline.DEFAULT, List.of(folder, letters), each -> each.endsWith("letters") ? 1000 : 1L << 30)
                .call(Map.of());

        assertThat(full.getState()).isEqualTo(State.DOWN);
        assertThat(full.getMessage())
                .hasValueSatisfying(text -> assertThat(text).startsWith(letters + ": "));
    }

    @Test
    void shouldHaveFewKindsOfFailures() {
        assertThat(Reason.values()).hasSizeLessThanOrEqualTo(20);
    }
}
