package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.runtime.Logging;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class LoggingTest {

    @Test
    void shouldFindTheLevelWhereverItStands() {
        assertThat(Logging.level("process", "--log-level", "debug", "--input", "x"))
                .isEqualTo("debug");
        assertThat(Logging.level("--log-level=error", "run")).isEqualTo("error");
    }

    @Test
    void shouldFindNoLevelThatIsNone() {
        assertThat(Logging.level("run", "--log-level", "loud")).isNull();
        assertThat(Logging.level("run", "--log-level")).isNull();
        assertThat(Logging.level("run", "debug")).isNull();
    }

    @Test
    void shouldSayWhereTheLibraryForLinesOfJsonIs() throws Exception {
        CommandRun run = CommandRun.of("run", "--log-format", "json");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--log-format json", "bin/saddlebag");
    }

    @Test
    void shouldRefuseAnotherWord() throws Exception {
        CommandRun run = CommandRun.of("run", "--log-level", "loud");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--log-level", "loud", "debug");
    }
}
