package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where a host has no Vert.x, the mode that needs it does not start: callers waited for ever. Spring, which the commands
 * have not, Camel Jackson and OpenTelemetry are needed nowhere.
 */
@Tag("slow")
@Timeout(120)
class WithoutVertxTest {

    @TempDir
    private Path folder;

    /** Takes the mode and the address of the endpoint. */
    static final class Host {

        private Host() {}

        public static void main(String[] args) {
            try (Bundle bundle =
                    Bundle.all().with("saddlebag.call.mode", args[0]).with("saddlebag.call.url", args[1])) {
                bundle.start();
                System.out.println(Items.answers(bundle.ask(Items.items(3))));
            } catch (Exception e) {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    System.out.println(cause.getMessage());
                }
            }
            System.exit(0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vertx|netty|camel-vertx|camel-platform-http, single, saddlebag.call.mode is 'single': it needs io.vertx:vertx-core",
        "vertx|netty|camel-vertx|camel-platform-http, batch, r:ti3",
        "spring|camel-spring|camel-jackson|jackson-datatype|jackson-dataformat, batch, r:ti3",
        "opentelemetry|camel-opentelemetry|camel-telemetry, batch, r:ti3"
    })
    void shouldStartWhereItIsNotNeededAlone(String without, String mode, String said) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().matches("(" + without + ").*"))
                .map(entry -> new File(entry).getAbsolutePath())
                .collect(Collectors.joining(File.pathSeparator));
        Path log = folder.resolve("log");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Process host = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            classPath,
                            Host.class.getName(),
                            mode,
                            api.url()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();

            assertThat(host.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(log)).contains(said);
        }
    }
}
