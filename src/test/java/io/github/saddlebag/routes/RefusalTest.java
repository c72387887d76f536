package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.Singles;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that were refused for there being too many: nothing was done, so it was no try. */
@Tag("slow")
@Timeout(120)
class RefusalTest {

    private final JobApi jobs = new JobApi(2);
    private final TestApi api = TestApi.start(TestApi::echo);
    private Bundle bundle = Bundle.all();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private Bundle bundle(String mode) {
        bundle = Singles.bundle(mode).with("saddlebag.call.url", api.url()).with("saddlebag.call.max-attempts", 2);
        if (mode.equals("job")) {
            bundle.with("saddlebag.job.directory", folder.resolve("jobs")).with("saddlebag.job.poll-interval", "2ms");
        }
        return bundle;
    }

    private Answer good(Request request) {
        try {
            return request.method().equals("POST") && request.target().startsWith("/jobs")
                    ? jobs.submit(request)
                    : Singles.either(request);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void refuse(int times, Answer refusal) {
        api.behave(request -> request.number() <= times ? refusal : good(request));
    }

    @ParameterizedTest
    @CsvSource({
        "batch, 429",
        "batch, 403",
        "batch, 503",
        "batch, 409",
        "batch, 420",
        "single, 430",
        "single, 429",
        "single, 403",
        "single, 503",
    })
    void shouldNotCountARefusalThatSaysWhenToComeBack(String mode, int status) throws Exception {
        refuse(7, TestApi.answer(status, "{\"message\":\"too fast\"}").with("Retry-After", "0.01"));
        bundle(mode).start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(8);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(8);
    }

    /** What is not there is not there, whenever one comes back. */
    @ParameterizedTest
    @ValueSource(ints = {404, 410, 422})
    void shouldTakeNoOtherStatusForARefusal(int status) throws Exception {
        refuse(1, TestApi.answer(status, "").with("Retry-After", "0.01"));
        bundle("batch").start();

        assertThat(bundle.ask(List.of(item("a")))).allMatch(Outcome::failed);
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldNotCountARefusedSubmissionOfAJob() throws Exception {
        Answer refusal = TestApi.answer(429, "").with("Retry-After", "0.01");
        api.behave(request -> request.number() <= 7 ? refusal : jobs.answer(request));
        bundle("job").start();

        assertThat(answers(bundle.ask(List.of(item("a"))))).containsExactly(echoOf("a"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldTakeARefusalWithoutAWordForNoTryEither(String mode) throws Exception {
        refuse(2, TestApi.answer(429, ""));
        bundle(mode).with("saddlebag.call.max-attempts", 1).start();

        assertThat(answers(bundle.ask(List.of(item("a"))))).containsExactly(echoOf("a"));
    }

    /** The limit's fields say when to come back as well. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldComeBackAfterA403WhoseFieldsSayWhen(String mode) throws Exception {
        refuse(
                1,
                TestApi.answer(403, "")
                        .with("X-RateLimit-Remaining", "0")
                        .with("X-RateLimit-Reset", Long.toString(Instant.now().getEpochSecond() + 2)));
        bundle(mode).with("saddlebag.call.max-attempts", 1).start();

        assertThat(answers(bundle.ask(List.of(item("a"))))).containsExactly(echoOf("a"));
        assertThat(api.requests()).hasSize(2);
    }

    /** What stands beside a refusal still counts. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldCountTheOtherFailuresBetweenRefusals(String mode) throws Exception {
        Answer refusal = TestApi.answer(429, "").with("Retry-After", "0.01");
        api.behave(request -> request.number() % 3 == 0 ? TestApi.answer(500, "") : refusal);
        bundle(mode).start();

        List<Outcome> outcomes = bundle.ask(List.of(item("a")));

        assertThat(outcomes.get(0).failure().reason()).contains("500", "6 attempts");
        assertThat(api.requests()).hasSize(6);
    }

    /** They come back before those that were never sent. */
    @ParameterizedTest
    @ValueSource(strings = {"batch", "single"})
    void shouldSendWhatWasRefusedBeforeWhatWasNeverSent(String mode) throws Exception {
        api.behave(request -> request.number() > 4 && request.number() <= 6
                ? TestApi.answer(429, "").with("Retry-After", "0.05")
                : good(request));
        bundle(mode).with("saddlebag.call.concurrency", 1).start();

        List<Outcome> outcomes = bundle.ask(items(12));

        assertThat(outcomes).noneMatch(Outcome::failed);
        List<String> arrived = api.requests().stream().map(Request::text).toList();
        assertThat(arrived).hasSize(14);
        assertThat(arrived.get(5)).isEqualTo(arrived.get(4));
        assertThat(arrived.get(6)).isEqualTo(arrived.get(4));
    }
}
