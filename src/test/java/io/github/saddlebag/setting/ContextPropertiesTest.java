package io.github.saddlebag.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.runtime.ShippedProperties;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContextPropertiesTest {

    private static final Set<String> KNOWN = ShippedProperties.all().keySet();

    @Test
    void shouldNameMisspeltVariablesAndWhatTheyMayMean() {
        Set<String> variables = Set.of("SADDLEBAG_CALL_RTE", "SADDLEBAG_AUTH_BARER", "SADDLEBAG_CALL_URL", "PATH");

        assertThat(ContextProperties.misspelt(variables, KNOWN))
                .contains("These environment variables set no property: SADDLEBAG_AUTH_BARER (SADDLEBAG_AUTH_BEARER?),"
                        + " SADDLEBAG_CALL_RTE (SADDLEBAG_CALL_RATE?).");
    }

    @Test
    void shouldSayNothingOfVariablesOfOthers() {
        Set<String> variables = Set.of(
                "SADDLEBAG_NO_ARCHIVE",
                "SADDLEBAG_SERVICE_HOST",
                "SADDLEBAG_SERVICE_PORT",
                "SADDLEBAG_PORT",
                "SADDLEBAG_PORT_8080_TCP_ADDR",
                "SADDLEBAG_PIPELINE_GEOCODE_CALL_URL",
                "SADDLEBAG_SOURCE_HTTP_TOKEN");

        assertThat(ContextProperties.misspelt(variables, KNOWN)).isEmpty();
    }
}
