package io.github.saddlebag.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What editors and Camel's tools read about the component. */
class BatchMetadataTest {

    private static final String CATALOG = "/META-INF/io/github/saddlebag/batch/batch.json";

    private static JsonNode catalog() throws Exception {
        try (InputStream in = BatchMetadataTest.class.getResourceAsStream(CATALOG)) {
            assertThat(in).as(CATALOG).isNotNull();
            return new ObjectMapper().readTree(in);
        }
    }

    private static List<String> options(String label) throws Exception {
        List<String> names = new ArrayList<>();
        catalog().path("properties").properties().forEach(option -> {
            if (option.getValue().path("label").asText().equals(label)) {
                names.add(option.getKey());
            }
        });
        return names;
    }

    @Test
    void shouldListTheOptionsOfBothEnds() throws Exception {
        assertThat(options("consumer")).contains("maxInFlight", "keyHeader");
        assertThat(options("producer")).contains("blockWhenFull", "offerTimeout", "replyTimeout", "partsTo");
    }

    @Test
    void shouldDescribeEachOption() throws Exception {
        JsonNode options = catalog().path("properties");
        assertThat(options.size()).isGreaterThanOrEqualTo(6);
        options.properties()
                .forEach(option -> assertThat(
                                option.getValue().path("description").asText())
                        .as(option.getKey())
                        .isNotBlank());
        assertThat(options.path("maxInFlight").path("defaultValue").asInt())
                .isEqualTo(BatchEndpoint.DEFAULT_MAX_IN_FLIGHT);
        assertThat(options.path("offerTimeout").path("type").asText()).isEqualTo("duration");
        assertThat(options.path("replyTimeout").path("type").asText()).isEqualTo("duration");
        assertThat(options.path("name").path("required").asBoolean()).isTrue();
    }

    @Test
    void shouldNameItsSchemeAndClass() throws Exception {
        JsonNode component = catalog().path("component");

        assertThat(component.path("scheme").asText()).isEqualTo("batch");
        assertThat(component.path("syntax").asText()).isEqualTo("batch:name");
        assertThat(component.path("javaType").asText()).isEqualTo(BatchComponent.class.getName());
        assertThat(getClass().getResource("/META-INF/services/org/apache/camel/component/batch"))
                .isNotNull();
    }
}
