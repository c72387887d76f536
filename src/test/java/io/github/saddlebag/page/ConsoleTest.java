package io.github.saddlebag.page;

import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The console that Camel finds by its name. */
class ConsoleTest {

    private static final String SECRET = "s3cr3t-of-console";

    @Test
    void shouldShowWhatIsCountedAndNothingSecret() throws Exception {
        try (TestApi api = TestApi.start(request ->
                        request.text().contains("bad") ? TestApi.answer(422, SECRET) : TestApi.echo(request));
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url() + "?key=" + SECRET)
                        .with("saddlebag.call.header.X-Key", SECRET)
                        .with("saddlebag.call.max-attempts", 1)
                        .start()) {
            DevConsole console =
                    PluginHelper.getDevConsoleResolver(bundle.context()).resolveDevConsole("saddlebag");
            assertThat(console).isInstanceOf(Console.class);
            List<String> all = new ArrayList<>(items(20));
            all.add("{\"id\":\"bad\",\"text\":\"" + SECRET + "\"}");
            bundle.ask(all);

            String text = (String) console.call(MediaType.TEXT, Map.of());
            JsonObject json = (JsonObject) console.call(MediaType.JSON, Map.of());

            assertThat(text)
                    .contains(
                            "batch:saddlebag: 20 answered, 1 failed, 0 returned", "circuit breaker CLOSED", "refused 1")
                    .doesNotContain(SECRET, "127.0.0.1");
            JsonNode pipeline =
                    TestApi.JSON.readTree(json.toJson()).path("pipelines").path(0);
            assertThat(pipeline.path("answered").asInt()).isEqualTo(20);
            assertThat(pipeline.path("failures").path("refused").asInt()).isEqualTo(1);
            assertThat(pipeline.path("call_ms").path("p50").asDouble()).isPositive();
            assertThat(json.toJson()).doesNotContain(SECRET, "127.0.0.1");
        }
    }
}
