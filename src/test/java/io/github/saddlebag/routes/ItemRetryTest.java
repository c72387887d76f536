package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.TestApi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items that failed by themselves inside a good response go again by themselves. */
@Tag("slow")
@Timeout(120)
class ItemRetryTest {

    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    private static List<String> items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"id\":\"i" + i + "\"}")
                .toList();
    }

    /** Each third item is answered with 429 the first two times. */
    private TestApi.Answer throttleEachThird(TestApi.Request request) {
        ArrayNode answers = TestApi.JSON.createArrayNode();
        for (JsonNode item : request.json()) {
            String id = item.path("id").asText();
            int time = seen.merge(id, 1, Integer::sum);
            ObjectNode answer = answers.addObject().put("id", id);
            boolean throttled = Integer.parseInt(id.substring(1)) % 3 == 0 && time <= 2;
            answer.put("status", throttled ? 429 : 200);
        }
        return TestApi.json(answers);
    }

    @SuppressWarnings("unchecked")
    private static List<Outcome> send(Bundle bundle, int count) {
        return bundle.template().requestBody("batch:saddlebag", items(count), List.class);
    }

    @Test
    void shouldSendOnlyTheItemsAgainThatWereThrottledAndAnswerThemAll() throws Exception {
        try (TestApi api = TestApi.start(this::throttleEachThird);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            List<Outcome> outcomes = send(bundle, 30);

            assertThat(outcomes).noneMatch(Outcome::failed);
            seen.forEach((id, times) ->
                    assertThat(times).as(id).isEqualTo(Integer.parseInt(id.substring(1)) % 3 == 0 ? 3 : 1));
            assertThat(api.requests().get(0).ids()).hasSize(30);
        }
    }

    @Test
    void shouldSendItemsAgainInBatchesThatAreFull() throws Exception {
        try (TestApi api = TestApi.start(request -> {
                    ArrayNode answers = TestApi.JSON.createArrayNode();
                    for (JsonNode item : request.json()) {
                        String id = item.path("id").asText();
                        boolean first = seen.merge(id, 1, Integer::sum) == 1;
                        boolean busy = first && Integer.parseInt(id.substring(1)) % 20 == 0;
                        answers.addObject().put("id", id).put("status", busy ? 503 : 200);
                    }
                    return TestApi.json(answers);
                });
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.batch.max-items", 10)
                        .with("saddlebag.batch.max-wait", "1ms")
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            assertThat(send(bundle, 2000)).noneMatch(Outcome::failed);

            // 200 batches, and 10 for the 100 items that go again
            assertThat(api.requests()).hasSizeLessThanOrEqualTo(220);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"odata", "json-array", "json-rpc"})
    void shouldLetAnItemWaitAsLongAsItsOwnAnswerAsks(String format) throws Exception {
        Map<String, List<Long>> times = new ConcurrentHashMap<>();
        try (TestApi api = TestApi.start(request -> {
                    boolean odata = format.equals("odata");
                    boolean rpc = format.equals("json-rpc");
                    ArrayNode answers = TestApi.JSON.createArrayNode();
                    for (JsonNode item : odata ? request.json().path("requests") : request.json()) {
                        String id = item.path("id").asText();
                        List<Long> seenAt = times.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>());
                        seenAt.add(request.nanos());
                        boolean throttled = !id.equals("i0") && seenAt.size() == 1;
                        ObjectNode answer = answers.addObject().put("id", id);
                        (rpc && throttled ? answer.putObject("error") : answer)
                                .put(rpc ? throttled ? "code" : "result" : "status", throttled ? 429 : 200);
                        if (throttled) {
                            // i1 may come back in 300 ms, i2 only when nobody waits for it any more
                            String when = id.equals("i1") ? "0.3" : "86400";
                            (odata ? answer.putObject("headers") : answer).put("retry-after", when);
                        }
                    }
                    return TestApi.json(odata ? TestApi.JSON.createObjectNode().set("responses", answers) : answers);
                });
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.format", format)
                        .with("saddlebag.call.back-off", "1ms")
                        .with("saddlebag.answer.status", "/status")
                        .with("saddlebag.answer.retry-after", format.equals("odata") ? "" : "/retry-after")
                        .start()) {
            List<Outcome> outcomes = send(bundle, 3);

            assertThat(outcomes.stream().map(Outcome::failed)).containsExactly(false, false, true);
            assertThat(outcomes.get(2).failure().reason()).isEqualTo("The endpoint failed this item with status 429.");
            assertThat(times.get("i1").get(1) - times.get("i1").get(0))
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
            assertThat(times.get("i2")).hasSize(1);
        }
    }

    @Test
    void shouldFailAnItemThatIsThrottledTooOften() throws Exception {
        try (TestApi api = TestApi.start(this::throttleEachThird);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.deadline", "1ms")
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            List<Outcome> outcomes = send(bundle, 6);

            assertThat(outcomes.stream()
                            .filter(Outcome::failed)
                            .map(o -> o.item().id()))
                    .containsExactly("i0", "i3");
            assertThat(outcomes.get(0).failure().reason()).isEqualTo("The endpoint failed this item with status 429.");
        }
    }

    /** Nothing was done for them: that is no try. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"status\":429",
                "\"status\":200,\"error\":{\"code\":\"SlowDown\"}",
                "\"error\":{\"type\":\"x#ThrottlingException\"}"
            })
    void shouldNotCountHowOftenAnItemIsRefusedAsOneTooMany(String refusal) throws Exception {
        try (TestApi api = TestApi.start(request -> {
                    StringBuilder answers = new StringBuilder();
                    for (String id : request.ids()) {
                        boolean refused = id.equals("i1") && seen.merge(id, 1, Integer::sum) <= 4;
                        answers.append(answers.isEmpty() ? "" : ",")
                                .append("{\"id\":\"" + id + "\"" + (refused ? "," + refusal : "") + "}");
                    }
                    return TestApi.answer(200, "[" + answers + "]");
                });
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", 2)
                        .with("saddlebag.call.back-off", "2ms")
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            assertThat(send(bundle, 10)).noneMatch(Outcome::failed);
            assertThat(seen).containsEntry("i1", 5);
        }
    }

    @Test
    void shouldFailAnItemWhoseServerFailsTooOften() throws Exception {
        try (TestApi api = TestApi.start(request -> {
                    ArrayNode answers = TestApi.JSON.createArrayNode();
                    request.ids()
                            .forEach(id -> answers.addObject().put("id", id).put("status", 500));
                    return TestApi.json(answers);
                });
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", 2)
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            assertThat(send(bundle, 1)).allMatch(Outcome::failed);
            assertThat(api.requests()).hasSize(2);
        }
    }

    @Test
    void shouldFailAnItemAtOnceWhoseStatusSaysThatItWillNeverDo() throws Exception {
        TestApi.Behaviour notFound = request -> TestApi.answer(
                207, "[{\"id\":\"i0\",\"status\":404,\"detail\":\"gone\"},{\"id\":\"i1\",\"status\":201}]");
        try (TestApi api = TestApi.start(notFound);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.answer.status", "/status")
                        .start()) {
            List<Outcome> outcomes = send(bundle, 2);

            assertThat(outcomes.get(0).failure().detail()).isEqualTo("gone");
            assertThat(outcomes.get(1).failed()).isFalse();
            assertThat(api.requests()).hasSize(1);
        }
    }

    /** Mixpanel for one answers 400 and lists the failed. */
    @Test
    void shouldReadTheAnswersOfAStatusThatIsConfiguredAsPartial() throws Exception {
        TestApi.Behaviour partial =
                request -> TestApi.answer(400, "{\"failed_records\":[{\"index\":1,\"message\":\"bad time\"}]}");
        try (TestApi api = TestApi.start(partial);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.statuses", "400:partial")
                        .with("saddlebag.answer.match", "failures")
                        .with("saddlebag.answer.failures", "/failed_records")
                        .with("saddlebag.answer.index", "/index")
                        .start()) {
            List<Outcome> outcomes = send(bundle, 3);

            assertThat(outcomes.stream().map(Outcome::failed)).containsExactly(false, true, false);
            assertThat(outcomes.get(1).failure().detail()).isEqualTo("bad time");
            assertThat(new String((byte[]) outcomes.get(0).answer())).isEqualTo("null");
            assertThat(api.requests()).hasSize(1);
        }
    }
}
