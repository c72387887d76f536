package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands have in common. */
@Timeout(30)
class SaddlebagTest {

    @Test
    void shouldListItsCommandsWhereNoneIsGiven() throws Exception {
        CommandRun run = CommandRun.of();

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("demo", "mock", "process", "run", "Examples:")
                .doesNotContain("warm-up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "mock", "process", "replay", "run"})
    void shouldHelpWithExamples(String command) throws Exception {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Usage: saddlebag " + command, "Examples:", "\n  saddlebag " + command);
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "mock", "process", "replay", "run"})
    void shouldTellItsVersionEverywhere(String command) throws Exception {
        CommandRun run = command.isEmpty() ? CommandRun.of("--version") : CommandRun.of(command, "--version");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("saddlebag ", "Camel 4.", "Java ");
    }

    @Test
    void shouldSuggestTheCommandThatWasMeant() throws Exception {
        CommandRun run = CommandRun.of("proces");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("proces", "process");
        assertThat(run.out()).isEmpty();
    }
}
