package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.Bundle;
import java.nio.file.Path;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Camel's own reload drops what is under way in routes that it replaces. */
@Timeout(120)
class CamelReloadTest {

    private final Main main = new Main();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        main.stop();
    }

    private void start(String pattern, Path watched, boolean all) throws Exception {
        main.addInitialProperty("saddlebag.call.url", "http://127.0.0.1:1/");
        main.configure()
                .withRoutesIncludePattern(pattern)
                .withRoutesReloadEnabled(true)
                .withRoutesReloadDirectory(watched.toString())
                .withRoutesReloadRemoveAllRoutes(all);
        main.start();
    }

    @Test
    void shouldRefuseOneThatRemovesAllRoutes() {
        assertThatThrownBy(() -> start("classpath:saddlebag/routes/*.camel.yaml", folder, true))
                .hasStackTraceContaining("camel.main.routes-reload-enabled is true")
                .hasStackTraceContaining("Set it to false");
    }

    @Test
    void shouldRefuseOneOfAFolderWithRoutesOfOurs() throws Exception {
        Path routes = Bundle.routeFiles().get(0).toAbsolutePath().getParent();

        assertThatThrownBy(() -> start("file:" + routes + "/*.camel.yaml", routes, false))
                .hasStackTraceContaining("its folder " + routes)
                .hasStackTraceContaining("Set it to false");
    }

    @Test
    void shouldLeaveAloneOneOfTheHostsOwnRoutes() throws Exception {
        start("classpath:saddlebag/routes/*.camel.yaml", folder, false);

        assertThat(main.getCamelContext().getRoute("saddlebag-batch")).isNotNull();
    }
}
