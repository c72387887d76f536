package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands have in common. */
@Tag("slow")
@Timeout(120)
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
    @ValueSource(strings = {"demo", "mock", "process", "replay", "check", "serve", "run"})
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

    @Test
    void shouldSayThatThePortOfTheMockIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.of("mock", "--port", String.valueOf(taken.getLocalPort()));

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("--port " + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process --inptu a.jsonl --output b.jsonl       | '--inptu'      | --input",
                "process a.jsonl --output b.jsonl               | 'a.jsonl'      | process --help",
                "process --input a.jsonl --output b --batchsize | '--batchsize'  | --batch-size",
                "process --input a.jsonl                        | --output=FILE  | process --help",
                "replay --output b.jsonl                        | FILE           | replay --help",
                "mock --errors 2                                | --errors 2.0   | from 0 to 1. Give a share",
                "mock --errors NaN                              | --errors NaN   | from 0 to 1. Give a share",
                "mock --refuse -0.1                             | --refuse -0.1  | from 0 to 1. Give a share",
                "mock --slow 10%                                | '10%'          | mock --help",
                "mock --rate -5                                 | --rate -5      | 0 for no limit",
                "mock --latency -1                              | --latency -1   | Give milliseconds",
                "mock --job 99999999                            | --job 99999999 | from 0 to 3600000",
                "mock --port 65536                              | --port 65536   | from 0 to 65535. Give a port",
                "mock --prot 8089                               | '--prot'       | --port"
            })
    void shouldSayInAFewLinesWhatIsWrongWithACommand(String arguments, String wrong, String cure) throws Exception {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(wrong, cure);
        assertThat(run.err().lines()).hasSizeLessThan(5);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldPrintAScriptThatShellsCompleteBy() throws Exception {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("complete -F", "--dead-letters", "--merge-overwrite", "process");
        Process shell =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        shell.getOutputStream().write(run.out().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        assertThat(shell.waitFor()).as(run.out()).isZero();
    }
}
