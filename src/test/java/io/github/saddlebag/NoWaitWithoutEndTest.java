package io.github.saddlebag;

import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host gets wrong is said, and nobody waits for an answer that cannot come. */
@Timeout(20)
class NoWaitWithoutEndTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private static String ask(CamelContext context, String uri) {
        return context.createProducerTemplate().requestBody(uri, item("a"), String.class);
    }

    @Test
    void shouldTellACallerThatNoRouteTakesWhatIsSent() throws Exception {
        CamelContext context = bundle.start().context();

        assertThatThrownBy(() -> ask(context, "batch:sadlebag"))
                .hasStackTraceContaining("batch:sadlebag")
                .hasStackTraceContaining("Did you mean batch:saddlebag?");
    }

    @Test
    void shouldNotStartWhereTheModeIsNone() {
        bundle.with("saddlebag.call.mode", "btach");

        assertThatThrownBy(bundle::start)
                .hasStackTraceContaining("saddlebag.call.mode is 'btach'")
                .hasStackTraceContaining("batch, single and job. Did you mean batch?");
    }
}
