package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses are read as their own Content-Type says, whatever the request was. */
@Tag("slow")
@Timeout(120)
class ResponseTypeTest {

    private final TestApi api = TestApi.start(TestApi::echo);
    private final Bundle bundle = Bundle.all().with("saddlebag.call.url", api.url());

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ISO-8859-1", "windows-1252", "UTF-16", "UTF-8"})
    void shouldReadABatchsAnswersInTheirCharacterSet(String charset) throws Exception {
        String body = "[{\"id\":\"\u00e9\",\"r\":\"caf\u00e9\"}]";
        api.behave(request -> TestApi.answer(200, body.getBytes(Charset.forName(charset)))
                .with("Content-Type", "application/json; charset=\"" + charset + "\""));
        bundle.start();

        assertThat(answers(bundle.ask(List.of(item("\u00e9")))))
                .containsExactly("{\"id\":\"\u00e9\",\"r\":\"caf\u00e9\"}");
    }

    @Test
    void shouldReadAnErrorInItsCharacterSet() throws Exception {
        api.behave(request -> TestApi.answer(404, "caf\u00e9 ferm\u00e9".getBytes(StandardCharsets.ISO_8859_1))
                .with("Content-Type", "text/plain;charset=iso-8859-1"));
        bundle.start();

        List<Outcome> outcomes = bundle.with("saddlebag.call.max-attempts", 1).ask(List.of(item("a")));

        assertThat(outcomes.get(0).failure().detail()).isEqualTo("caf\u00e9 ferm\u00e9");
    }

    /** The first line's status is that of its item, and not the job's. */
    @Test
    void shouldReadLinesAsTheResultsOfAJob() throws Exception {
        String lines = "{\"id\":\"b\",\"status\":\"failed\",\"r\":2}\n{\"id\":\"a\",\"status\":\"done\",\"r\":1}\n";
        api.behave(new JobApi((job, time, request) -> time < 2
                ? JobApi.pending(job)
                : TestApi.answer(200, lines).with("Content-Type", "application/x-ndjson")));
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.answer.status", "/status")
                .with("saddlebag.answer.result", "/r")
                .start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a"), item("b")));

        assertThat(answers(outcomes)).containsExactly("1", null);
        assertThat(api.requests()).hasSize(3);
    }

    @Test
    void shouldReadASequenceWithMarks() throws Exception {
        api.behave(request -> TestApi.answer(200, "\u001e{\"id\":\"a\"}\n\u001e{\"id\":\"b\"}\n")
                .with("Content-Type", "application/json-seq"));
        bundle.start();

        assertThat(answers(bundle.ask(List.of(item("a"), item("b")))))
                .containsExactly("{\"id\":\"a\"}", "{\"id\":\"b\"}");
    }
}
