package io.github.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.testing.TestApi;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** A host that has the jar and includes its routes, and nothing else of ours. */
class EmbeddedTest {

    @Test
    void shouldAnswerACallerInAPlainContextThatIncludesTheRoutesOfTheJar() throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                DefaultCamelContext context = new DefaultCamelContext()) {
            Properties properties = new Properties();
            properties.setProperty("saddlebag.call.url", api.url());
            EmbeddingIsDocumentedTest.load(context, properties);
            context.start();

            String answer = context.createProducerTemplate()
                    .requestBody("batch:saddlebag", "{\"id\":\"a\",\"text\":\"one\"}", String.class);

            assertThat(answer).isEqualTo("{\"id\":\"a\",\"result\":\"r:one\"}");
        }
    }

    @Test
    void shouldStartNoRouteByItselfInAHostThatHasTheJar() throws Exception {
        assertThat(getClass().getClassLoader().getResources("camel").asIterator())
                .toIterable()
                .noneMatch(url -> url.toString().contains("/target/classes/"));
    }
}
