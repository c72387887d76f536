package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static io.github.saddlebag.testing.Items.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.admission.JobRoom;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Delivery;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 32-call-job: a batch becomes a job, and its answers come when it is done. */
@Tag("slow")
@Timeout(120)
class CallJobTest {

    @TempDir
    private Path folder;

    private final JobApi jobs = new JobApi(3);
    private final TestApi api = TestApi.start(jobs);
    private final Bundle bundle = Bundle.all();

    @BeforeEach
    void configure() {
        bundle.with("saddlebag.call.mode", "job")
                .with("saddlebag.call.url", api.url())
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.job.max-poll-interval", "20ms");
    }

    @AfterEach
    void stop() {
        bundle.close();
        api.close();
    }

    private List<Path> files() throws Exception {
        if (!Files.exists(folder.resolve("jobs"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("jobs"))) {
            return files.toList();
        }
    }

    private List<Request> questions() {
        return api.requests().stream().filter(r -> r.method().equals("GET")).toList();
    }

    @Test
    void shouldSubmitABatchOnceAndAskUntilItIsDone() throws Exception {
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(3));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"), echoOf("i3"));
        assertThat(jobs.submitted()).containsExactly(List.of("i1", "i2", "i3"));
        assertThat(questions())
                .extracting(Request::target)
                .containsExactly("/batch?id=job-1", "/batch?id=job-1", "/batch?id=job-1");
        assertThat(questions()).allSatisfy(question -> {
            assertThat(question.body()).isEmpty();
            assertThat(question.headers()).doesNotContainKeys("content-type", "content-length", "saddlebag-job");
        });
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(1);
    }

    /** A batch that waits for room was formed before it was known how large one may be. */
    @Test
    void shouldNotSubmitABatchThatIsKnownToBeTooLargeByNow() throws Exception {
        CountDownLatch formed = new CountDownLatch(1);
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        api.behave(request -> {
            if (request.method().equals("POST")) {
                sizes.add(request.ids().size());
                if (request.ids().size() > 2) {
                    formed.await();
                    return TestApi.answer(413, "");
                }
            }
            return jobs.answer(request);
        });
        bundle.with("saddlebag.job.max-jobs", 1)
                .with("saddlebag.batch.max-items", 4)
                .with("saddlebag.batch.max-wait", "10s")
                .start();

        CompletableFuture<List<Outcome>> first = CompletableFuture.supplyAsync(() -> bundle.ask(items(4)));
        await().until(() -> sizes.size() == 1);
        CompletableFuture<List<Outcome>> second = CompletableFuture.supplyAsync(
                () -> bundle.ask(List.of(item("b1"), item("b2"), item("b3"), item("b4"))));
        JobRoom room = bundle.context().getRegistry().lookupByNameAndType("saddlebagJobRoom", JobRoom.class);
        await().until(() -> room.waiting() == 1);
        formed.countDown();

        assertThat(first.get()).noneMatch(Outcome::failed);
        assertThat(second.get()).noneMatch(Outcome::failed);
        assertThat(sizes).containsExactly(4, 2, 2, 2, 2);
    }

    @Test
    void shouldTakeAnswersThatComeAtOnce() throws Exception {
        api.behave(TestApi::echo);
        bundle.start();

        assertThat(answers(bundle.ask(items(2)))).containsExactly(echoOf("i1"), echoOf("i2"));
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldStandOnDiskBeforeItIsAskedFor() throws Exception {
        List<Integer> remembered = new ArrayList<>();
        jobs.script((job, time, request) -> {
            remembered.add(files().size());
            return job.results();
        });
        bundle.with("saddlebag.batch.max-items", 1).start();

        bundle.ask(List.of(item("a")));

        assertThat(remembered).containsExactly(1);
    }

    @Test
    void shouldSendKeyAndHeadersWithEveryQuestionAndRememberNeither() throws Exception {
        List<String> remembered = new CopyOnWriteArrayList<>();
        List<Integer> permissions = new CopyOnWriteArrayList<>();
        api.behave(request -> {
            if (request.method().equals("GET")) {
                remembered.add(Files.readString(files().get(0)));
                permissions.add(Files.getPosixFilePermissions(files().get(0)).size());
            }
            TestApi.Answer answer = jobs.answer(request);
            return answer.status() == 202 ? answer.with("Location", "/batch?id=job-1&apiKey=se%63ret&other=1") : answer;
        });
        bundle.with("saddlebag.call.url", api.url() + "?apiKey=secret&lang=de")
                .with("saddlebag.call.header.Authorization", "Bearer token")
                .start();

        bundle.ask(items(1));

        assertThat(api.requests()).allSatisfy(request -> {
            assertThat(request.target()).contains("apiKey=secret", "lang=de");
            assertThat(request.headers()).containsEntry("authorization", "Bearer token");
        });
        assertThat(questions())
                .extracting(Request::target)
                .containsOnly("/batch?id=job-1&other=1&apiKey=secret&lang=de");
        assertThat(remembered)
                .isNotEmpty()
                .allSatisfy(job -> assertThat(job).doesNotContain("secret", "se%63ret", "token"));
        assertThat(permissions).isNotEmpty().containsOnly(2);
    }

    @ParameterizedTest
    @CsvSource({
        "Location, /jobs/job-1, /jobs/job-1",
        "Location, jobs/job-1?a=b, /jobs/job-1?a=b",
        "Location, ?job=job-1, /batch?job=job-1",
        "Location, /a%20b/job-1%2Fc, /a%20b/job-1%2Fc",
        "Content-Location, /state/job-1, /state/job-1",
        "Operation-Location, /operations/job-1, /operations/job-1",
    })
    void shouldAskWhereTheEndpointSays(String field, String value, String target) throws Exception {
        api.behave(request -> request.method().equals("POST")
                ? new TestApi.Answer(202, java.util.Map.of(field, value), submitted(request), Delivery.WHOLE, 0)
                : jobs.ask(request));
        bundle.start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(questions()).extracting(Request::target).containsOnly(target);
    }

    private byte[] submitted(Request request) {
        jobs.submit(request);
        return new byte[0];
    }

    @ParameterizedTest
    @CsvSource({"/jobs/<id>/state, /jobs/job-1/state", "?id=<id>&x=1, /batch?id=job-1&x=1"})
    void shouldAskByTheJobsId(String template, String target) throws Exception {
        bundle.with("saddlebag.job.poll-url", template).start();

        bundle.ask(items(1));

        assertThat(questions()).extracting(Request::target).containsOnly(target);
    }

    @Test
    void shouldAskByPostWhereThatIsConfigured() throws Exception {
        api.behave(request -> isQuestion(request) ? jobs.ask(inTarget(request)) : jobs.submit(request));
        bundle.with("saddlebag.job.poll-url", "")
                .with("saddlebag.job.poll-body", "{\"ask\":[\"<id>\"]}")
                .start();

        assertThat(answers(bundle.ask(items(2)))).containsExactly(echoOf("i1"), echoOf("i2"));

        assertThat(jobs.submitted()).containsExactly(List.of("i1", "i2"));
        List<Request> asked =
                api.requests().stream().filter(CallJobTest::isQuestion).toList();
        assertThat(asked).hasSize(3).allSatisfy(question -> {
            assertThat(question.method()).isEqualTo("POST");
            assertThat(question.target()).isEqualTo("/batch");
            assertThat(question.text()).isEqualTo("{\"ask\":[\"job-1\"]}");
            assertThat(question.headers()).containsEntry("content-type", "application/json");
        });
    }

    @Test
    void shouldPutAnIdIntoTheQuestionAsText() throws Exception {
        String id = "a\"],\\ #?%41&\u00e4\n";
        api.behave(request -> isQuestion(request)
                ? TestApi.answer(200, "[]")
                : TestApi.answer(202, TestApi.JSON.writeValueAsString(java.util.Map.of("id", id))));
        bundle.with("saddlebag.job.poll-body", "{\"ask\":[\"<id>\"]}").start();

        bundle.ask(items(1));

        Request question = api.requests().get(1);
        assertThat(TestApi.JSON.readTree(question.text()).at("/ask/0").textValue())
                .isEqualTo(id);
    }

    private static boolean isQuestion(Request request) {
        return request.text().startsWith("{\"ask\"");
    }

    private static Request inTarget(Request question) {
        return new Request(
                question.number(),
                question.nanos(),
                question.method(),
                question.target() + "?id=" + question.text().replaceAll(".*(job-\\d+).*", "$1"),
                question.headers(),
                question.body());
    }

    @Test
    void shouldTakeAnAnswerWithAnIdForAJobWhereItsStatusSaysSo() throws Exception {
        api.behave(request -> request.method().equals("POST")
                ? TestApi.answer(200, "[{\"id\":\"" + idOf(request) + "\"}]")
                : jobs.ask(request));
        bundle.with("saddlebag.job.accepted", "200,202")
                .with("saddlebag.job.id", "/0/id")
                .start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.submitted()).containsExactly(List.of("i1"));
    }

    private String idOf(Request request) {
        jobs.submit(request);
        List<JobApi.Job> all = jobs.jobs();
        return all.get(all.size() - 1).id();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "saddlebag.job.poll-url; /jobs; it must have <id> in it.",
                "saddlebag.job.poll-body; {\"ask\":1}; it must have <id> in it.",
                "saddlebag.job.poll-body; {\"ask\":\"<id>\"; it must be JSON, with <id> within a string.",
                "saddlebag.job.poll-body; {\"ask\":<id>}; it must be JSON, with <id> within a string.",
                "saddlebag.job.accepted; none; give HTTP statuses",
                "saddlebag.job.accepted; 202,303; give statuses from 200 to 299"
            })
    void shouldRefuseToStartWithout(String property, String value, String rule) {
        bundle.with(property, value);

        assertThatThrownBy(bundle::start)
                .rootCause()
                .hasMessageContaining(property)
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org/jobs/1?key=secret, http://example.org/jobs/1",
        "https://127.0.0.1/jobs/1, https://127.0.0.1/jobs/1",
        "//example.org/jobs/1, //example.org/jobs/1",
        "http://user@127.0.0.1/jobs/1, http://...",
        "file:///etc/passwd, file:///etc/passwd",
        "http://127.0.0.1:1/{{env:HOME}}, http://127.0.0.1:1/{{env:HOME}}"
    })
    void shouldAskNobodyElseAndSayWhy(String location, String named) throws Exception {
        api.behave(request -> TestApi.answer(202, "{}").with("Location", location));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(api.requests()).hasSize(1);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome.failure().reason())
                        .contains("own origin", "saddlebag.job.id", "saddlebag.job.allow-hosts", named)
                        .doesNotContain("user", "secret"));
    }

    @Test
    void shouldNotGuessWhereAJobIsThatWasNamedElsewhere() throws Exception {
        api.behave(request -> TestApi.answer(202, "{\"id\":\"7\"}").with("Location", "http://localhost:1/jobs/7"));
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(api.requests()).hasSize(1);
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome.failure().reason()).contains("http://localhost:1/jobs/7"));
    }

    @Test
    void shouldAskByTheIdWhereThatIsConfiguredAndTheJobWasNamedElsewhere() throws Exception {
        api.behave(request -> request.method().equals("POST")
                ? jobs.submit(request).with("Location", "http://localhost:1/jobs/7")
                : jobs.ask(request));
        bundle.with("saddlebag.job.poll-url", "/jobs/<id>").start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(questions()).extracting(Request::target).containsOnly("/jobs/job-1");
    }

    @Test
    void shouldNameTheAddressOfResultsThatIsNotAsked() throws Exception {
        jobs.script((job, time, request) ->
                TestApi.answer(200, "{\"status\":\"done\",\"href\":\"https://store.example/out/7?sig=secret\"}"));
        bundle.with("saddlebag.job.result-url", "/href").start();

        assertThat(bundle.ask(items(1)).get(0).failure().reason())
                .contains("saddlebag.job.result-url", "https://store.example/out/7,")
                .doesNotContain("secret");
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldAskAnAllowedHostWithoutWhatIsTheEndpointsAlone() throws Exception {
        try (TestApi store = TestApi.start(request -> request.target().startsWith("/state/7")
                ? TestApi.answer(303, "").with("Location", "out?sig=x")
                : jobs.jobs().get(0).results())) {
            String elsewhere = store.url().replace("/batch", "").replace("127.0.0.1", "localhost");
            api.behave(request -> jobs.submit(request).with("Location", elsewhere + "/state/7?a=b"));
            bundle.with("saddlebag.call.url", api.url() + "?apiKey=secret")
                    .with("saddlebag.call.header.X-Key", "secret")
                    .with("saddlebag.auth.bearer", "secret")
                    .with("saddlebag.job.allow-hosts", "localhost")
                    .start();

            assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));

            assertThat(api.requests()).hasSize(1);
            assertThat(store.requests())
                    .extracting(Request::target)
                    .containsExactly("/state/7?a=b", "/state/out?sig=x");
            assertThat(store.requests())
                    .allSatisfy(
                            request -> assertThat(request.headers().toString()).doesNotContain("secret"))
                    .allSatisfy(request -> assertThat(request.headers())
                            .doesNotContainKeys("x-key", "authorization", "saddlebag-job"));
        }
    }

    @Test
    void shouldFollowToTheResults() throws Exception {
        jobs.script((job, time, request) -> switch (time) {
            case 1 -> TestApi.answer(303, "").with("Location", "/results/" + job.id());
            case 2 -> JobApi.pending(job);
            default -> job.results();
        });
        bundle.start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(questions())
                .extracting(Request::target)
                .containsExactly("/batch?id=job-1", "/results/job-1", "/results/job-1");
    }

    @Test
    void shouldAskForTheResultsWhereTheDoneJobSays() throws Exception {
        jobs.script((job, time, request) -> request.target().startsWith("/out/")
                ? job.results()
                : TestApi.answer(200, "{\"status\":\"Done\",\"output\":{\"href\":\"/out/" + job.id() + "\"}}"));
        bundle.with("saddlebag.job.result-url", "/output/href").start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
    }

    @Test
    void shouldGiveUpWhereItIsSentOnAndOn() throws Exception {
        jobs.script((job, time, request) -> TestApi.answer(302, "").with("Location", "/x/" + job.id()));
        bundle.start();

        assertThat(bundle.ask(items(1)).get(0).failure().reason()).contains("more than 5 times");
        assertThat(jobs.jobs()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"200, failed", "200, CANCELED", "202, failed", "404, x", "410, x"})
    void shouldSubmitAgainWhatIsLost(int status, String word) throws Exception {
        jobs.script((job, time, request) -> job.number() < 3 ? JobApi.status(status, job, word) : job.results());
        bundle.with("saddlebag.job.grace", "0s").start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"));
        assertThat(jobs.submitted()).hasSize(3).containsOnly(List.of("i1", "i2"));
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(3);
        // the caller has its answers, so that nobody asks for the last one again
        await().untilAsserted(() -> assertThat(files()).isEmpty());
    }

    /** Each submission may be paid for. */
    @ParameterizedTest
    @CsvSource({"404, 1", "410, 1", "410, 5"})
    void shouldSubmitWhatIsGoneEachTimeNoMoreOftenThanThat(int status, int most) throws Exception {
        jobs.script((job, time, request) -> TestApi.answer(status, ""));
        bundle.with("saddlebag.job.grace", "0s")
                .with("saddlebag.call.max-attempts", most)
                .start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(outcomes).allMatch(Outcome::failed);
        assertThat(outcomes.get(0).failure().reason()).contains("does not know the job", "(" + status + ")");
        assertThat(jobs.submitted()).hasSize(most).containsOnly(List.of("i1", "i2"));
    }

    @Test
    void shouldAskAgainForAJobThatIsNotVisibleYet() throws Exception {
        jobs.script((job, time, request) -> switch (time) {
            case 1, 2, 3, 4 -> TestApi.answer(404, "{\"error\":\"not found\"}");
            case 5 -> JobApi.pending(job);
            default -> job.results();
        });
        bundle.start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"));
        assertThat(jobs.jobs()).hasSize(1);
        assertThat(questions()).hasSize(6);
        assertThat(outcomes.get(0).call().attempts()).isEqualTo(1);
    }

    @Test
    void shouldAskAgainForResultsThatAreNotVisibleYet() throws Exception {
        jobs.script((job, time, request) -> switch (time) {
            case 1 -> JobApi.pending(job);
            case 2 -> TestApi.answer(303, "").with("Location", "/results/" + job.id());
            case 3, 4 -> TestApi.answer(404, "");
            default -> job.results();
        });
        bundle.start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldTakeAJobForLostThatIsNeverSeen() throws Exception {
        jobs.script((job, time, request) -> job.number() == 1 ? TestApi.answer(404, "") : job.results());
        bundle.with("saddlebag.job.grace", "200ms").start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(2);
        List<Request> posts =
                api.requests().stream().filter(r -> r.method().equals("POST")).toList();
        assertThat(posts.get(1).nanos() - posts.get(0).nanos()).isGreaterThan(200_000_000L);
    }

    @Test
    void shouldTakeAJobForLostThatWasSeenAndIsNotKnownAnyMore() throws Exception {
        jobs.script((job, time, request) ->
                job.number() == 1 ? time == 1 ? JobApi.pending(job) : TestApi.answer(404, "") : job.results());
        bundle.start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"409, '204,409'", "425, '204,425'", "204, '204,425'", "404, '404'", "410, '410'", "400, '400,409'"})
    void shouldTakeAStatusForNotYetWhereThatIsSaid(int status, String pending) throws Exception {
        jobs.script((job, time, request) -> time < 4
                ? TestApi.answer(status, status == 204 ? "" : "{\"current_value\":\"in_progress\",\"status\":409}")
                : job.results());
        bundle.with("saddlebag.job.pending-statuses", pending)
                .with("saddlebag.job.grace", "0s")
                .with("saddlebag.call.max-attempts", 1)
                .start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(answers(outcomes)).containsExactly(echoOf("i1"), echoOf("i2"));
        assertThat(jobs.jobs()).hasSize(1);
        assertThat(questions()).hasSize(4);
        assertThat(outcomes.get(0).call().failed()).isEmpty();
    }

    @Test
    void shouldNotTakeTheStatusOfASubmissionForNotYet() throws Exception {
        api.behave(request -> TestApi.answer(409, "{\"error\":\"exists\"}"));
        bundle.with("saddlebag.job.pending-statuses", "204,409").start();

        assertThat(bundle.ask(items(1)).get(0).failure().reason()).contains("409");
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void shouldBelieveTheWordForAFailedJobWhateverTheStatus() throws Exception {
        jobs.script((job, time, request) -> job.number() == 1 ? JobApi.status(409, job, "failed") : job.results());
        bundle.with("saddlebag.job.pending-statuses", "409").start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(2);
    }

    @Test
    void shouldFailTheItemsOfAJobThatFailsEachTime() throws Exception {
        jobs.script((job, time, request) ->
                TestApi.answer(200, "{\"status\":\"failed\",\"error\":{\"message\":\"no such country\"}}"));
        bundle.with("saddlebag.call.max-attempts", 3).start();

        List<Outcome> outcomes = bundle.ask(items(2));

        assertThat(outcomes).allSatisfy(outcome -> {
            assertThat(outcome.failure().reason()).contains("job failed", "3 times");
            assertThat(outcome.failure().detail()).contains("no such country");
            assertThat(outcome.call().failed()).hasSize(3);
        });
        assertThat(jobs.jobs()).hasSize(3);
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void shouldAskAgainHoweverOftenAQuestionFails(int status) throws Exception {
        jobs.script((job, time, request) ->
                time < 8 ? TestApi.answer(status, "").with("Retry-After", "0.001") : job.results());
        bundle.with("saddlebag.call.max-attempts", 2)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"TORN", "RESET"})
    void shouldAskAgainAfterAnAnswerThatIs(Delivery delivery) throws Exception {
        jobs.script((job, time, request) -> time < 8 ? job.results().delivered(delivery) : job.results());
        bundle.with("saddlebag.call.max-attempts", 2)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .start();

        assertThat(answers(bundle.ask(items(1)))).containsExactly(echoOf("i1"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 422})
    void shouldNotSubmitInHalvesBecauseAQuestionIsRefused(int status) throws Exception {
        jobs.script((job, time, request) -> TestApi.answer(status, "{\"detail\":\"not so\"}"));
        bundle.start();

        assertThat(bundle.ask(items(4)))
                .allSatisfy(outcome -> assertThat(outcome.failure().reason()).contains(Integer.toString(status)));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldWaitAsLongAsTheEndpointAsks() throws Exception {
        jobs.script((job, time, request) -> time == 1 ? JobApi.pending(job).with("Retry-After", "0.3") : job.results());
        bundle.start();

        bundle.ask(items(1));

        assertThat(questions().get(1).nanos() - questions().get(0).nanos()).isGreaterThanOrEqualTo(290_000_000L);
    }

    @Test
    void shouldAskLessAndLessOften() throws Exception {
        jobs.script((job, time, request) -> time < 12 ? JobApi.pending(job) : job.results());
        bundle.with("saddlebag.job.poll-interval", "5ms")
                .with("saddlebag.job.max-poll-interval", "10s")
                .start();

        bundle.ask(items(1));

        List<Request> asked = questions();
        assertThat(asked.get(11).nanos() - asked.get(10).nanos())
                .isGreaterThan(8 * (asked.get(1).nanos() - asked.get(0).nanos()) / 2);
    }

    @Test
    void shouldFailTheItemsOfAJobThatIsNotDoneInTime() throws Exception {
        jobs.script((job, time, request) -> JobApi.pending(job));
        bundle.with("saddlebag.job.deadline", "200ms").start();

        assertThat(bundle.ask(items(2)))
                .allSatisfy(outcome ->
                        assertThat(outcome.failure().reason()).contains("not done within", "saddlebag.job.deadline"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldHoldNeitherThreadsNorPlacesWhileJobsAreUnderWay() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        jobs.script((job, time, request) -> done.isDone() ? job.results() : JobApi.pending(job));
        bundle.with("saddlebag.call.concurrency", 2)
                .with("saddlebag.batch.max-items", 2)
                .with("saddlebag.job.max-jobs", 1000)
                .start();

        CompletableFuture<List<Outcome>> outcomes = CompletableFuture.supplyAsync(() -> bundle.ask(items(200)));
        await().until(() -> jobs.jobs().size() == 100);
        done.complete(null);

        assertThat(outcomes.get(60, TimeUnit.SECONDS))
                .noneMatch(Outcome::failed)
                .hasSize(200);
        assertThat(api.peakInFlight()).isLessThanOrEqualTo(2);
        assertThat(jobs.jobs()).hasSize(100);
    }

    @Test
    void shouldKeepToTheMostJobs() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        api.behave(request -> {
            if (request.method().equals("POST")) {
                most.accumulateAndGet(open.incrementAndGet(), Math::max);
            }
            return jobs.answer(request);
        });
        jobs.script((job, time, request) -> {
            if (time < 4) {
                return JobApi.pending(job);
            }
            open.decrementAndGet();
            return job.results();
        });
        bundle.with("saddlebag.batch.max-items", 2)
                .with("saddlebag.job.max-jobs", 3)
                .start();

        assertThat(bundle.ask(items(60))).noneMatch(Outcome::failed);
        assertThat(jobs.jobs()).hasSize(30);
        assertThat(most).hasValue(3);
    }

    @Test
    void shouldHalveABatchThatIsRefusedAlsoWhereThereIsRoomForOneJob() throws Exception {
        api.behave(request -> request.method().equals("POST") && request.ids().contains("i3")
                ? TestApi.answer(422, "{\"detail\":\"i3 is bad\"}")
                : jobs.answer(request));
        bundle.with("saddlebag.job.max-jobs", 1).start();

        List<Outcome> outcomes = bundle.ask(items(8));

        assertThat(outcomes).filteredOn(Outcome::failed).hasSize(1);
        assertThat(outcomes.get(2).failure().detail()).contains("i3 is bad");
    }

    @Test
    void shouldNotSubmitAJobAgainWhoseResultsAreTooLarge() throws Exception {
        bundle.with("saddlebag.answer.max-bytes", "150B").start();

        List<Outcome> outcomes = bundle.ask(items(8));

        assertThat(outcomes)
                .hasSize(8)
                .allSatisfy(outcome ->
                        assertThat(outcome.failure().reason()).contains("150", "saddlebag.answer.max-bytes"));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldGiveBackWhatIsUnderWayAtAStop() throws Exception {
        jobs.script((job, time, request) -> JobApi.pending(job));
        bundle.with("saddlebag.job.poll-interval", "30s").start();
        bundle.context().getShutdownStrategy().setTimeout(2);
        CompletableFuture<String> answer = bundle.askAsync(item("a"));
        await().until(() -> files().size() == 1);

        bundle.close();

        assertThat(answer).failsWithin(20, TimeUnit.SECONDS);
        assertThat(files()).hasSize(1);
    }
}
