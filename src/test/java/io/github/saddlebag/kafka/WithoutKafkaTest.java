package io.github.saddlebag.kafka;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a host has no camel-kafka, everything else works. */
@Tag("slow")
@Timeout(120)
class WithoutKafkaTest {

    @TempDir
    private Path folder;

    /** Takes the address of the endpoint. */
    static final class Host {

        private Host() {}

        public static void main(String[] args) throws Exception {
            try (Bundle bundle = Bundle.all().with("saddlebag.call.url", args[0])) {
                bundle.start();
                System.out.println(Items.answers(bundle.ask(Items.items(3))));
            }
            System.exit(0);
        }
    }

    @Test
    void shouldStartAndAnswer() throws Exception {
        String classPath = Arrays.stream(Child.classPath().split(File.pathSeparator))
                .filter(entry -> !new File(entry).getName().contains("kafka"))
                .collect(Collectors.joining(File.pathSeparator));
        Path log = folder.resolve("log");
        try (TestApi api = TestApi.start(TestApi::echo)) {
            Process host = Child.java(log, classPath, Host.class, List.of("-Xmx128m"), api.url());

            assertThat(host.waitFor(100, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(log)).contains(Items.echoOf("i3"));
            assertThat(host.exitValue()).isZero();
        }
    }
}
