package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The unit of the page on operations, where systemd is installed. */
@Timeout(60)
class SystemdUnitTest {

    private static final Path VERIFIER = Path.of("/usr/bin/systemd-analyze");
    private static final Pattern UNIT = Pattern.compile("(?s)```ini\n(.*?)```");

    @TempDir
    private Path folder;

    @Test
    void shouldBeTakenBySystemd() throws Exception {
        assumeTrue(Files.isExecutable(VERIFIER));
        Matcher unit = UNIT.matcher(Files.readString(Path.of("docs/operations.md")));
        assertThat(unit.find()).isTrue();
        String installed = unit.group(1).replace("/opt/saddlebag/bin/saddlebag", "/bin/true");
        Path file = Files.writeString(folder.resolve("saddlebag.service"), installed);

        Process verify = new ProcessBuilder(VERIFIER.toString(), "verify", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(verify.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain("saddlebag.service:");
    }
}
