package io.github.saddlebag.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Properties of which some were lost where a host gave them in another way than by a file. */
class PrefixedTest {

    private static final String PREFIX = "saddlebag.test.header.";

    @TempDir
    private Path folder;

    @AfterEach
    void forget() {
        System.clearProperty(PREFIX + "System");
        System.clearProperty(PREFIX + "Both");
    }

    private static Properties properties(String... pairs) {
        Properties properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(PREFIX + pairs[i], pairs[i + 1]);
        }
        return properties;
    }

    private String file() throws Exception {
        return "file:" + Files.writeString(folder.resolve("a.properties"), PREFIX + "File={{" + PREFIX + "Initial}}\n");
    }

    private static void assertAll(CamelContext context) {
        assertThat(Pipeline.OF_FILES.beginningWith(context, "test.header."))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("Initial", "i", "Override", "o", "File", "i", "System", "s", "Both", "s", "X-y", "i"));
    }

    @Test
    void shouldFindThoseOfAPlainContext() throws Exception {
        System.setProperty(PREFIX + "System", "s");
        System.setProperty(PREFIX + "Both", "s");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(properties("Initial", "i", "Both", "i", "X-y", "i"));
            context.getPropertiesComponent().setOverrideProperties(properties("Override", "o"));
            context.getPropertiesComponent().addLocation(file());
            context.start();

            assertAll(context);
        }
    }

    @Test
    void shouldFindThoseOfMain() throws Exception {
        System.setProperty(PREFIX + "System", "s");
        System.setProperty(PREFIX + "Both", "s");
        Main main = new Main();
        try {
            main.setInitialProperties(properties("Initial", "i", "Both", "i", "X-y", "i"));
            main.addOverrideProperty(PREFIX + "Override", "o");
            main.setPropertyPlaceholderLocations(file());
            main.start();

            assertAll(main.getCamelContext());
        } finally {
            main.stop();
        }
    }
}
