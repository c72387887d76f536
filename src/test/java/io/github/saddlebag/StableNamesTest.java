package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.BatchClient;
import io.github.saddlebag.support.StoppedException;
import io.github.saddlebag.testing.Page;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says to be stable is there. */
class StableNamesTest {

    private static final String OF_THE_HOST = "saddlebag-results";

    private String section;

    @BeforeEach
    void read() throws Exception {
        String text = Page.of("architecture.md").text();
        section = text.substring(text.indexOf("## What stays as it is"));
    }

    private List<String> named(String pattern) {
        return Pattern.compile(pattern)
                .matcher(section)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    @Test
    void shouldHaveARouteForEachName() throws Exception {
        StringBuilder routes = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                routes.append(Files.readString(file));
            }
        }

        assertThat(named("`direct:([\\w-]+)`"))
                .hasSize(8)
                .filteredOn(name -> !name.equals(OF_THE_HOST))
                .allSatisfy(name -> assertThat(routes).contains("\n      parameters:\n        name: " + name + "\n"));
    }

    @Test
    void shouldHaveEachClassAndMethodOfJava() throws Exception {
        String batch = BatchClient.class.getPackageName() + '.';
        for (String name :
                List.of("BatchClient", "ItemFailedException", "GateFullException", "Outcome", "Failure", "Call")) {
            assertThat(section).contains('`' + name + '`');
            assertThat(Modifier.isPublic(Class.forName(batch + name).getModifiers()))
                    .isTrue();
        }
        assertThat(section).contains('`' + StoppedException.class.getName() + '`');
        assertThat(named("`((?:Batch|Item)\\.\\w+)`")).hasSize(7).allSatisfy(name -> {
            String[] parts = name.split("\\.");
            assertThat(Class.forName(batch + parts[0]).getMethods())
                    .extracting(method -> method.getName())
                    .contains(parts[1]);
        });
        assertThat(Saddlebag.class.getMethods())
                .extracting(method -> method.getName())
                .contains("addTo");
    }
}
