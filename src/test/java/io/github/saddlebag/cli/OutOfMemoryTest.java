package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.runtime.ExitCode;
import io.github.saddlebag.testing.TestApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process whose memory ends says so and ends as well; the next start goes on. */
@Tag("slow")
@Timeout(120)
class OutOfMemoryTest {

    private static final int SMALL = 40 << 20;

    @TempDir
    private Path folder;

    @Test
    void shouldEndWithAStatusOfItsOwnAndGoOnWithMore() throws Exception {
        Path input = Files.write(folder.resolve("items.jsonl"), items(40));
        Path output = folder.resolve("results.jsonl");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            api.behave(request ->
                    request.ids().contains("i20") ? TestApi.answer(200, huge(request)) : TestApi.echo(request));
            List<String> command = List.of(
                    "process",
                    "--input",
                    input.toString(),
                    "--output",
                    output.toString(),
                    "--url",
                    api.url(),
                    "--batch-size",
                    "10",
                    "--concurrency",
                    "1",
                    "--set",
                    "saddlebag.call.max-memory=1GB");

            try (ChildRun first = ChildRun.start(folder, "export _JAVA_OPTIONS=-Xmx" + SMALL + "; ", command)) {
                assertThat(first.status()).as(first.said()).isEqualTo(ExitCode.ERROR);
                assertThat(first.said()).contains("OutOfMemoryError", "JAVA_OPTS");
            }
            api.behave(TestApi::echo);

            try (ChildRun next = ChildRun.start(folder, "", command)) {
                assertThat(next.status()).as(next.said()).isZero();
            }
            assertThat(Files.readAllLines(output)).hasSize(40);
        }
    }

    private static String huge(TestApi.Request request) {
        String text = new String(TestApi.echo(request).body(), java.nio.charset.StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1) + ",{\"id\":\"x\",\"fill\":\"" + "x".repeat(SMALL) + "\"}]";
    }
}
