package io.github.saddlebag.routes;

import static io.github.saddlebag.testing.Items.answers;
import static io.github.saddlebag.testing.Items.echoOf;
import static io.github.saddlebag.testing.Items.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.JobApi;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** 32-call-job: what was submitted before a restart is asked for, and not submitted again. */
@Timeout(120)
class ResumeTest {

    @TempDir
    private Path folder;

    private final JobApi jobs = new JobApi((job, time, request) -> JobApi.pending(job));
    private final TestApi api = TestApi.start(jobs);
    private final List<Bundle> started = new ArrayList<>();

    private record Line(String source, long number) implements Position {}

    @AfterEach
    void stop() {
        started.forEach(Bundle::close);
        api.close();
    }

    private Bundle bundle(int batch) {
        Bundle bundle = Bundle.all()
                .with("saddlebag.call.mode", "job")
                .with("saddlebag.call.url", api.url() + "?key=k")
                .with("saddlebag.batch.max-items", batch)
                .with("saddlebag.job.directory", folder.resolve("jobs"))
                .with("saddlebag.job.poll-interval", "2ms")
                .with("saddlebag.job.max-poll-interval", "50ms");
        started.add(bundle);
        return bundle;
    }

    private static Item line(int number, String content) {
        return new Item(content, Map.of(), new Line("items.jsonl", number));
    }

    /** Items i1, i2 and so on, in lines of these numbers. */
    private static List<Item> lines(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> line(i, item("i" + i)))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> ask(Bundle bundle, List<Item> items) {
        return bundle.template().requestBody("batch:saddlebag", items, List.class);
    }

    /** Submits them, then stops before any is done. */
    private void submitAndStop(int batch, List<Item> items, int expected) throws Exception {
        submitAndStop(bundle(batch), items, expected);
    }

    private void submitAndStop(Bundle bundle, List<Item> items, int expected) throws Exception {
        bundle.start();
        // whoever waits here is a caller, and would be served as long as the stop may take
        bundle.context().getShutdownStrategy().setTimeout(1);
        CompletableFuture<List<Outcome>> outcomes = CompletableFuture.supplyAsync(() -> ask(bundle, items));
        await().until(() -> jobs.jobs().size() == expected
                && jobs.jobs().stream().allMatch(job -> job.asked().get() > 0));
        bundle.close();
        assertThat(outcomes).failsWithin(java.time.Duration.ofSeconds(10));
    }

    private void done() {
        jobs.script((job, time, request) -> time % 3 == 0 ? job.results() : JobApi.pending(job));
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("jobs"))) {
            return files.map(Path::toString).toList();
        }
    }

    private static List<String> echoes(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> echoOf("i" + i)).toList();
    }

    @Test
    void shouldAskForWhatWasSubmittedBeforeARestart() throws Exception {
        submitAndStop(10, lines(1, 40), 4);
        done();

        assertThat(answers(ask(bundle(10).start(), lines(1, 40)))).isEqualTo(echoes(1, 40));
        assertThat(jobs.jobs()).hasSize(4);
        assertThat(api.requests()).extracting(Request::target).allMatch(target -> target.contains("key=k"));
    }

    @Test
    void shouldAskByPostAfterARestartAsBefore() throws Exception {
        api.behave(request -> request.text().startsWith("{\"ask\"") ? jobs.ask(byId(request)) : jobs.submit(request));
        submitAndStop(byPost(), lines(1, 40), 4);
        done();

        assertThat(answers(ask(byPost().start(), lines(1, 40)))).isEqualTo(echoes(1, 40));
        assertThat(jobs.jobs()).hasSize(4);
    }

    private Bundle byPost() {
        return bundle(10).with("saddlebag.job.poll-url", "").with("saddlebag.job.poll-body", "{\"ask\":\"<id>\"}");
    }

    private static Request byId(Request question) {
        return new Request(
                question.number(),
                question.nanos(),
                question.method(),
                question.json().path("ask").textValue(),
                question.headers(),
                question.body());
    }

    @Test
    void shouldKnowItemsAgainInOtherBatchesAndSubmitTheNewOnesAlone() throws Exception {
        submitAndStop(10, lines(1, 40), 4);
        done();
        List<Item> again = new ArrayList<>(lines(17, 60));
        Collections.shuffle(again, new Random(1));

        List<Outcome> outcomes = ask(bundle(13).start(), again);

        assertThat(answers(outcomes)).containsExactlyInAnyOrderElementsOf(echoes(17, 60));
        assertThat(jobs.submitted().stream().skip(4).flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(41, 60).mapToObj(i -> "i" + i).toList());
    }

    @Test
    void shouldGiveAnswersByTheirPositionAlsoWhereItemsOfTheJobAreMissing() throws Exception {
        submitAndStop(bundle(10).with("saddlebag.answer.match", "position"), lines(1, 10), 1);
        done();

        List<Outcome> outcomes =
                ask(bundle(10).with("saddlebag.answer.match", "position").start(), lines(4, 8));

        assertThat(answers(outcomes)).isEqualTo(echoes(4, 8));
        assertThat(jobs.jobs()).hasSize(1);
    }

    @Test
    void shouldTellEqualItemsApartByWhereTheyStand() throws Exception {
        String same = item("a");
        Bundle unordered = bundle(1).with("saddlebag.batch.order-by-id", "false");
        submitAndStop(unordered, List.of(line(1, same), line(2, same)), 2);
        done();

        List<Outcome> outcomes = ask(bundle(1).start(), List.of(line(2, same), line(3, same), line(4, item("b"))));

        assertThat(answers(outcomes)).containsExactly(echoOf("a"), echoOf("a"), echoOf("b"));
        assertThat(jobs.submitted()).containsExactlyInAnyOrder(List.of("a"), List.of("a"), List.of("a"), List.of("b"));
    }

    @Test
    void shouldSubmitWhatHasChangedInItsPlace() throws Exception {
        submitAndStop(1, List.of(line(1, item("a"))), 1);
        done();

        assertThat(answers(ask(bundle(1).start(), List.of(line(1, item("b")))))).containsExactly(echoOf("b"));
        assertThat(jobs.jobs()).hasSize(2);
    }

    @Test
    void shouldSubmitAnewWhatWasSubmittedToAnotherTarget() throws Exception {
        submitAndStop(bundle(5).with("saddlebag.call.url", api.url() + "?lang=de"), lines(1, 5), 1);
        done();

        assertThat(answers(ask(bundle(5).start(), lines(1, 5)))).isEqualTo(echoes(1, 5));
        assertThat(jobs.jobs()).hasSize(2);
    }

    @Test
    void shouldSubmitAgainWhatIsLostMeanwhile() throws Exception {
        submitAndStop(10, lines(1, 20), 2);
        jobs.script((job, time, request) -> switch (job.number()) {
            case 1 -> TestApi.answer(404, "");
            case 2 -> JobApi.status(200, job, "failed");
            default -> job.results();
        });

        assertThat(answers(ask(bundle(20).with("saddlebag.job.grace", "0s").start(), lines(1, 20))))
                .isEqualTo(echoes(1, 20));
        assertThat(jobs.submitted().stream().skip(2).flatMap(List::stream)).hasSize(20);
    }

    @Test
    void shouldAskAgainForResultsThatWereFetchedAndPerhapsNotWritten() throws Exception {
        done();
        ask(bundle(10).start(), lines(1, 20));
        started.get(0).close();

        assertThat(answers(ask(bundle(7).start(), lines(1, 20)))).isEqualTo(echoes(1, 20));
        assertThat(jobs.jobs()).hasSize(2);
    }

    @Test
    void shouldForgetJobsWhoseResultsMustBeWrittenByNow() throws Exception {
        done();
        Bundle bundle = bundle(10).with("saddlebag.batch.max-in-flight", 20).start();

        for (int i = 0; i < 50; i++) {
            ask(bundle, lines(20 * i + 1, 20 * i + 20));
        }

        assertThat(files()).hasSizeLessThan(12);
    }

    @Test
    void shouldForgetJobsThatAreTooOld() throws Exception {
        submitAndStop(10, lines(1, 10), 1);
        done();

        ask(bundle(10).with("saddlebag.job.keep", "1ms").start(), lines(1, 10));

        assertThat(jobs.jobs()).hasSize(2);
    }

    @Test
    void shouldLeaveNothingWhenAllIsWritten() throws Exception {
        submitAndStop(10, lines(1, 10), 1);
        Bundle bundle = bundle(10).start();

        bundle.context()
                .getRegistry()
                .lookupByNameAndType("saddlebagJobStore", JobStore.class)
                .clear();

        assertThat(folder.resolve("jobs")).doesNotExist();
    }

    @Test
    void shouldLeaveFilesAloneThatItCannotRead() throws Exception {
        submitAndStop(10, lines(1, 10), 1);
        Files.writeString(folder.resolve("jobs/x.job"), "{\"version\":1,\"address\":");
        Files.writeString(folder.resolve("jobs/y.job"), "{\"version\":7}");
        done();

        assertThat(answers(ask(bundle(10).start(), lines(1, 10)))).isEqualTo(echoes(1, 10));
        assertThat(jobs.jobs()).hasSize(1);
        assertThat(files()).hasSize(3);
    }

    @Test
    void shouldGoOnWhereJobsCannotBeRemembered() throws Exception {
        done();
        Files.createDirectories(folder.resolve("jobs"));
        Bundle bundle = bundle(10).start();
        Files.delete(folder.resolve("jobs"));
        Files.writeString(folder.resolve("jobs"), "in the way");

        assertThat(answers(ask(bundle, lines(1, 10)))).isEqualTo(echoes(1, 10));
    }
}
