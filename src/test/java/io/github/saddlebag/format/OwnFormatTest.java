package io.github.saddlebag.format;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.saddlebag.Saddlebag;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Page;
import io.github.saddlebag.testing.TestApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The format that the page has for an example. */
@Timeout(60)
class OwnFormatTest {

    public static final class IdsFormat implements WireFormat {

        @Override
        public String contentType() {
            return "text/plain";
        }

        @Override
        public byte[] write(List<Item> items) {
            return items.stream()
                    .map(Item::id)
                    .collect(Collectors.joining("\n"))
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Answers read(byte[] response, int expected) {
            Answers answers = new Answers(response, expected);
            int begin = 0;
            for (int i = 0; i < response.length; i++) {
                if (response[i] == '\n') {
                    answers.add(null, begin, i, begin, i);
                    begin = i + 1;
                }
            }
            return answers;
        }

        @Override
        public Correlation correlation() {
            return Correlation.POSITION;
        }
    }

    @Test
    void shouldSendAndReadWhatTheDocumentedFormatSays() throws Exception {
        String code = Page.of("formats.md").code("java").get(0);
        String test = Files.readString(Path.of("src/test/java/io/github/saddlebag/format/OwnFormatTest.java"));
        assertThat(onOneLine(test))
                .contains(onOneLine(code).replace("public final class", "public static final class"));

        try (TestApi api = TestApi.start(request -> TestApi.answer(
                        200,
                        request.text().lines().map(id -> "\"" + id + "!\"\n").collect(Collectors.joining())));
                Bundle bundle = Bundle.all()) {
            bundle.context().getRegistry().bind("saddlebagFormat-ids", new IdsFormat());
            List<Outcome> outcomes = bundle.with("saddlebag.call.url", api.url())
                    .with("saddlebag.call.format", "ids")
                    .start()
                    .ask(items(3));

            assertThat(answers(outcomes)).containsExactly("\"i1!\"", "\"i2!\"", "\"i3!\"");
            assertThat(api.requests()).singleElement().satisfies(request -> {
                assertThat(request.text()).isEqualTo("i1\ni2\ni3");
                assertThat(request.headers()).containsEntry("content-type", "text/plain");
            });
        }
    }

    @Test
    void shouldServeEachPipeline() throws Exception {
        try (TestApi api = TestApi.start(request -> TestApi.answer(200, "1\n"));
                Bundle bundle = Bundle.all()) {
            bundle.context().getRegistry().bind("saddlebagFormat-ids", new IdsFormat());
            bundle.with("saddlebag.pipeline.other.call.url", api.url())
                    .with("saddlebag.pipeline.other.call.format", "ids")
                    .start();
            Saddlebag.addTo(bundle.context(), "other");

            assertThat(bundle.template().requestBody("batch:other", item("a"), String.class))
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldTellAHostWhichFormatsThereAre() {
        try (Bundle bundle = Bundle.all().with("saddlebag.call.format", "envelop")) {
            assertThatThrownBy(bundle::start)
                    .hasStackTraceContaining("saddlebag.call.format is 'envelop': there is no bean"
                            + " saddlebagFormat-envelop yet; the formats are json-array, envelope")
                    .hasStackTraceContaining("Did you mean envelope?");
        }
    }

    private static String onOneLine(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }
}
