package io.github.saddlebag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What editors of Camel routes do to the files; their code runs as it was published, without a screen. */
@Tag("slow")
@Timeout(120)
class EditorsTest {

    private static final Path EDITORS = Path.of("src/test/editors");

    @Test
    void shouldBeSavedByEditorsAsTheyWere() throws Exception {
        Path node = Server.program("node", "install Node.js 20 or newer.");
        Server.needed(
                Files.isDirectory(EDITORS.resolve("node_modules/@kaoto/kaoto")),
                "Kaoto is not installed: npm ci --prefix src/test/editors");

        Process check = new ProcessBuilder(
                        node.toString(), EDITORS.resolve("check.mjs").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(check.waitFor()).as(said).isZero();
    }
}
