package io.github.saddlebag.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.config.Known;
import java.util.Collection;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MisuseTest {

    private final Set<String> options = Saddlebag.line()
            .getSubcommands()
            .get("process")
            .getCommandSpec()
            .optionsMap()
            .keySet();

    @Test
    void shouldProposeOnlyOptionsAndPropertiesThatExist() {
        assertThat(Misuse.ELSEWHERE.keySet()).allSatisfy(proposal -> {
            String[] words = proposal.replace("'", "").split("[ =]");
            assertThat(options).contains(words[0]);
            if (words[0].equals("--set")) {
                assertThat(Known.isKnown(words[1])).as(words[1]).isTrue();
            }
        });
    }

    @Test
    void shouldNotProposeAnythingForAnOptionThatExists() {
        assertThat(Misuse.ELSEWHERE.values().stream().flatMap(Collection::stream))
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(options);
    }
}
