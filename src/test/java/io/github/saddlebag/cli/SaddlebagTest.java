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
import picocli.CommandLine.Model.CommandSpec;

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
    void shouldShowTheOptionsOfEveryDayAndSayHowToSeeTheRest() throws Exception {
        CommandRun run = CommandRun.of("process", "--help");

        assertThat(run.out()).contains("\n  --input=FILE  ", "\n  --url=URL  ").doesNotContain("--max-redirects");
        assertThat(run.out()).containsPattern("\n  \\d+ more options: saddlebag process --help-all\n");
    }

    @Test
    void shouldShowAllOptionsByWhatTheyAreAbout() throws Exception {
        CommandRun run = CommandRun.of("process", "--help-all");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "\nItems:\n",
                        "\nThe endpoint:\n",
                        "\nPace:\n",
                        "\nAnswers:\n",
                        "\nResults:\n",
                        "--max-redirects")
                .doesNotContain("more options");
        assertThat(run.out().lines().filter(line -> line.startsWith("  --max-redirects")))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "process",
                "replay",
                "check",
                "serve",
                "run",
                "dead-letters",
                "advise",
                "mock",
                "demo",
                "completion"
            })
    void shouldHaveEachOptionInOneGroupOfItsHelp(String command) throws Exception {
        CommandSpec spec = Saddlebag.line().getSubcommands().get(command).getCommandSpec();

        String help = CommandRun.of(command, "--help-all").out();

        assertThat(spec.options())
                .allSatisfy(option -> assertThat(help.lines()
                                .filter(line -> line.matches("  (-., )?" + option.longestName() + "\\b.*")
                                        && !line.matches("  (-., )?" + option.longestName() + "-.*")))
                        .as(option.longestName())
                        .hasSize(1));
    }

    @ParameterizedTest
    @CsvSource({"process,40", "process,60", "process,80", "check,72", "serve,50", "run,200"})
    void shouldEndLinesBetweenWords(String command, int width) {
        CommandSpec spec = Saddlebag.line().getSubcommands().get(command).getCommandSpec();

        String wide = new HelpText(spec, 10_000).text();
        String text = new HelpText(spec, width).text();

        assertThat(text.replace(" \\\n", " ").split("\\s+"))
                .containsExactly(wide.replace(" \\\n", " ").split("\\s+"));
        assertThat(text.lines().filter(line -> line.length() > width))
                .allSatisfy(line -> assertThat(line.strip()).matches(".*'.*|\\S+( \\\\)?"));
    }

    @Test
    void shouldTakeTheWidthOfTheTerminal() {
        assertThat(HelpText.width("80", 0)).isEqualTo(80);
        assertThat(HelpText.width("72", 100)).isEqualTo(72);
        assertThat(HelpText.width(null, 100)).isEqualTo(100);
        assertThat(HelpText.width(null, 0)).isEqualTo(110);
        assertThat(HelpText.width("wide", 0)).isEqualTo(110);
    }

    @Test
    void shouldPrintAScriptThatShellsCompleteBy() throws Exception {
        CommandRun run = CommandRun.of("completion");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "complete -F", "bashcompinit", "--dead-letters", "--merge-overwrite", "--help-all", "process");
        Process shell =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        shell.getOutputStream().write(run.out().getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        assertThat(shell.waitFor()).as(run.out()).isZero();
    }
}
