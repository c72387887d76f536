package io.github.saddlebag.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.advice.Advice;
import io.github.saddlebag.runtime.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingTest {

    private static final String FIRST = "{\"saddlebag_recording\":1,\"began\":\"2030-01-01T00:00:00Z\",\"pipelines\":["
            + "{\"name\":\"geocode\",\"max_items\":100,\"max_wait_ns\":100000000,\"concurrency\":8},"
            + "{\"name\":\"prices\",\"max_items\":100,\"max_wait_ns\":100000000,\"concurrency\":8}]}\n";

    @TempDir
    private Path folder;

    private Recording read(String text) throws IOException, UsageException {
        return Recording.read(Files.writeString(folder.resolve("a.rec"), text));
    }

    private static String batch(int micros, String pipeline) {
        return "{\"at_us\":" + micros + pipeline + ",\"batch\":\"B-" + micros + "\",\"cause\":\"age\",\"items\":13,"
                + "\"ns\":100000000,\"joined\":[1000000,6,19000000,6]}\n";
    }

    private static String batches(int count, String pipeline) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(batch(i * 1000, pipeline));
        }
        return text.toString();
    }

    @Test
    void shouldAdviseEachPipelineByItsOwnNumbers() throws Exception {
        Recording recording = read(FIRST + batches(200, "") + batches(99, ",\"pipeline\":1") + "{\"end\":\"stop\"}\n");

        assertThat(recording.pipelines()).extracting(Recording.Pipeline::name).containsExactly("geocode", "prices");
        assertThat(recording.pipelines())
                .extracting(Recording.Pipeline::batches)
                .containsExactly(200L, 99L);
        Advice advice = recording.pipelines().get(0).advice().get(0);
        assertThat(advice.value()).isEqualTo("20ms");
        assertThat(advice.words())
                .contains("100% of batches left by age with 13.0 of 100 items", "100 ms of waiting bought 12.0 items");
        assertThat(recording.pipelines().get(1).advice()).as("too few").isEmpty();
        assertThat(recording.length()).isEqualTo(Duration.ofMillis(200));
        assertThat(recording.end()).isEqualTo(Recording.End.STOP);
    }

    @Test
    void shouldLeaveOutWhatWasTornOff() throws Exception {
        String whole = FIRST + batch(1000, "");

        for (int i = 1; i < batch(2000, "").length(); i++) {
            Recording recording = read(whole + batch(2000, "").substring(0, i));

            assertThat(recording.pipelines().get(0).batches()).isEqualTo(1);
            assertThat(recording.end()).isEqualTo(Recording.End.CUT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"a\",\"text\":\"b\"} | it does not begin as a recording does",
                "three years of work | it is no JSON",
                "'' | it does not begin as a recording does",
                "{\"saddlebag_recording\":2} | it is of version 2, and this Saddlebag reads version 1",
                "{\"saddlebag_recording\":1,\"pipelines\":[]} | it names no pipelines",
            })
    void shouldRefuseAForeignFile(String first, String reason) {
        assertThatThrownBy(() -> read(first + "\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a.rec, line 1: " + reason)
                .hasMessageContaining("what process, run or serve write with --record FILE");
    }

    @Test
    void shouldRefuseAnEmptyFileAndOneThatIsOneLongLine() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("line 1: the file is empty");
        assertThatThrownBy(() -> read(FIRST.strip())).hasMessageContaining("line 1: it does not begin");
        assertThatThrownBy(() -> read("x".repeat(1 << 20)))
                .hasMessageContaining("line 1: it has more than 65536 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torn in the middle | it is no JSON",
                "{\"at_us\":1} | it is no line of a recording",
                "{\"batch\":\"b\"} | it has no at_us",
                "{\"at_us\":1,\"batch\":\"b\",\"cause\":\"whim\"} | cause is not one that is recorded",
                "{\"at_us\":1,\"call\":\"ok\",\"status\":200,\"ns\":-1} | a number in it is none from 0 on",
                "{\"at_us\":1,\"pipeline\":2,\"refused\":1} | pipeline 2 is none of the 2 of its first line",
            })
    void shouldNameTheLineThatIsBroken(String line, String reason) {
        assertThatThrownBy(() -> read(FIRST + batch(1, "") + line + '\n' + batch(2, "")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("a.rec, line 3: " + reason)
                .hasMessageContaining("Without this line, or recorded anew, it can be read");
    }
}
