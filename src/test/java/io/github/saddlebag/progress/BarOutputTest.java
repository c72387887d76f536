package io.github.saddlebag.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BarOutputTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(new BarOutput(written), true, StandardCharsets.UTF_8);

    /** What a terminal of one line at a time shows, line by line: an erased one is gone. */
    private String shown() {
        StringBuilder shown = new StringBuilder();
        for (String line : written.toString(StandardCharsets.UTF_8).split("\n", -1)) {
            shown.append(line.substring(
                            line.lastIndexOf(BarOutput.ERASE) < 0
                                    ? 0
                                    : line.lastIndexOf(BarOutput.ERASE) + BarOutput.ERASE.length()))
                    .append('\n');
        }
        return shown.substring(0, shown.length() - 1);
    }

    private void bar(String text) {
        terminal.print(BarOutput.ERASE + text);
        terminal.flush();
    }

    @Test
    void shouldKeepAMessageOffTheBarAndTheBarBelowIt() {
        bar("[#---] 25%");
        terminal.println("WARN something");
        bar("[##--] 50%");

        assertThat(shown()).isEqualTo("WARN something\n[##--] 50%");
    }

    @Test
    void shouldDrawNoBarIntoALineThatIsNotWrittenToItsEnd() {
        bar("[#---] 25%");
        terminal.print("WARN ");
        bar("[##--] 50%");
        terminal.print("something");
        terminal.println();

        assertThat(shown()).isEqualTo("WARN something\n[##--] 50%");
    }

    @Test
    void shouldLeaveTheLastBar() {
        bar("[###-] 75%");
        terminal.print(BarOutput.ERASE + "[####] 100%\n");
        terminal.println("done");

        assertThat(shown()).isEqualTo("[####] 100%\ndone\n");
    }

    @Test
    void shouldWriteWhatThereIsWithoutABar() {
        terminal.println("one");
        terminal.write('2');
        terminal.println();

        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("one\n2\n");
    }
}
