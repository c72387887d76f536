package io.github.saddlebag.cli;

import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.testing.TestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers are served at the root, until it is stopped. */
@Tag("slow")
@Timeout(120)
class ServeCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("POST an item to (http://127\\.0\\.0\\.1:\\d+/)");

    private final TestApi api = TestApi.start(TestApi::echo);

    @AfterEach
    void stop() {
        api.close();
    }

    private static HttpResponse<String> post(String address, String item) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(item))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static String address(CommandRun run) {
        await().atMost(Duration.ofSeconds(60)).until(() -> run.err().contains("stop with"));
        Matcher matcher = ADDRESS.matcher(run.err());
        assertThat(matcher.find()).as(run.err()).isTrue();
        return matcher.group(1);
    }

    @Test
    void shouldSayWhatItServesAndHowToStopItAndServe() throws Exception {
        try (CommandRun run = CommandRun.start(
                "serve",
                "--port",
                "0",
                "--url",
                api.url() + "?key=secret",
                "--batch-size",
                "50",
                "--linger-ms",
                "1",
                "--concurrency",
                "4")) {
            HttpResponse<String> answer = post(address(run), item("a"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(echoOf("a"));
            assertThat(run.err()).contains("go to " + api.url(), "Ctrl-C").doesNotContain("secret");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void shouldTakeTheResultOutOfTheAnswerAndAnyProperty() throws Exception {
        try (CommandRun run = CommandRun.start(
                "serve",
                "--port",
                "0",
                "--url",
                api.url(),
                "--answer-result",
                "/result",
                "--set",
                "saddlebag.source.http.max-body=100B")) {
            String address = address(run);

            assertThat(post(address, item("a")).body()).isEqualTo("\"r:ta\"");
            assertThat(post(address, item("a".repeat(100))).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void shouldNotStartWhereThePortIsTaken() throws Exception {
        CommandRun run = CommandRun.of("serve", "--port", Integer.toString(api.port()), "--url", api.url());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.source.http.port is '" + api.port() + "'", "taken");
    }

    @Test
    void shouldNotStartWithABadPort() throws Exception {
        CommandRun run = CommandRun.of("serve", "--port", "99999", "--url", api.url());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("saddlebag.source.http.port is '99999'");
    }
}
