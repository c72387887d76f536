package io.github.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.testing.Bundle;
import io.github.saddlebag.testing.Items;
import io.github.saddlebag.testing.TestApi;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever an endpoint answers, no item counts as done unless a response says so by a rule of {@code docs/formats.md}; and
 * where nothing is wrong with the response as a whole, each item counts as done that it says so of.
 */
@Tag("slow")
@Timeout(120)
class EvidenceTest {

    private static final int ROUNDS = 100;

    /** What an answer may have besides its id, where that leaves its item done. */
    private static final List<String> DONE = List.of(
            "\"status\":200",
            "\"status\":\"201 Created\"",
            "\"status\":\"HTTP/1.1 204 No Content\"",
            "\"status\":302",
            "\"status\":\"ok\"",
            "\"status\":\"SUCCEEDED\"",
            "\"status\":true",
            "\"status\":null,\"error\":null",
            "\"status\":\"done\",\"error\":\"none\"",
            "\"error\":{\"code\":0,\"message\":\"fine\"}",
            "\"error\":[]",
            "\"error\":\"\"",
            "\"error\":{\"code\":\"NoError\"}",
            "\"error\":5",
            "\"success\":true,\"errors\":[]",
            "\"r\":1");

    /** And where not. */
    private static final List<String> FAILED = List.of(
            "\"status\":404",
            "\"status\":\"422 Unprocessable Entity\"",
            "\"status\":\"error\"",
            "\"status\":\"queued\"",
            "\"status\":0",
            "\"status\":\"7\"",
            "\"status\":102",
            "\"status\":false",
            "\"status\":{\"code\":200}",
            "\"status\":200,\"error\":\"no such\"",
            "\"status\":\"ok\",\"error\":{\"code\":\"E1\"}",
            "\"error\":{\"message\":\"no\"}",
            "\"error\":[\"no\"]",
            "\"success\":false",
            "\"ok\":false,\"r\":1",
            "\"r\":NaN",
            "\"r\":\"a\tb\"");

    private static final List<String> DONE_STATUS = List.of("200", "201", "204", "302");
    private static final List<String> FAILED_STATUS = List.of("102", "400", "404", "409", "422", "501");

    /** Instead of what was due; of no item it says that it is done. */
    private static final List<String> NONSENSE = List.of(
            "<html><body>Sign in</body></html>",
            "ok",
            "\"ok\"",
            "[]",
            "[[]]",
            "null",
            "0",
            "{\"error\":\"all bad\"}",
            "{\"error\":{\"code\":\"E\"},\"data\":[]}",
            "{\"errors\":[{\"message\":\"m\"}]}",
            "{\"success\":false,\"message\":\"no such token\"}",
            "--b--");

    /** What else says nothing, unless only failures are told. */
    private static final List<String> SILENCE = List.of("", "{}", "{\"kind\":\"insertAllResponse\"}");

    /** How one interface writes its answers. */
    private interface Shape {
        /** @param said for each item what is said of it; null: nothing, and {@link Said#LEFT_OUT} not even that */
        String write(List<String> ids, List<Said> said, Random random);
    }

    private record Said(String fields, String status, boolean done) {
        static final Said LEFT_OUT = new Said("left out", "", false);
        static final Said NULL = new Said("", "", false);
    }

    private record Case(String name, Map<String, String> properties, Shape shape) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("id", Map.of("answer.status", "/status"), EvidenceTest::byId),
                new Case(
                        "position",
                        Map.of("answer.match", "position", "answer.list", "/data", "answer.status", "/status"),
                        EvidenceTest::byPosition),
                new Case("map", Map.of("answer.match", "map", "answer.status", "/status"), EvidenceTest::byName),
                new Case(
                        "failures",
                        Map.of("answer.match", "failures", "answer.failures", "/bad", "answer.index", "/index"),
                        EvidenceTest::failures),
                new Case(
                        "failures-by-id",
                        Map.of("answer.match", "failures", "answer.failures", "/bad"),
                        EvidenceTest::failures),
                new Case(
                        "id-and-failures",
                        Map.of("answer.list", "/good", "answer.failures", "/bad", "answer.index", "/index"),
                        EvidenceTest::both),
                new Case("bulk", Map.of("call.format", "bulk"), EvidenceTest::bulk),
                new Case("json-rpc", Map.of("call.format", "json-rpc", "call.rpc-method", "m"), EvidenceTest::rpc),
                new Case("odata", Map.of("call.format", "odata", "call.part-url", "/u"), EvidenceTest::odata),
                new Case(
                        "multipart",
                        Map.of("call.format", "multipart", "call.part-url", "/u"),
                        EvidenceTest::multipart));
    }

    private static String byId(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (said.get(i) != Said.LEFT_OUT) {
                String id = "{\"id\":\"" + ids.get(i) + "\",";
                answers.add(said.get(i) == Said.NULL ? "null" : id + said.get(i).fields() + "}");
            }
        }
        Collections.shuffle(answers, random);
        return answers.toString();
    }

    private static String byPosition(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (Said one : said) {
            if (one != Said.LEFT_OUT) {
                answers.add(one == Said.NULL ? "null" : "{" + one.fields() + "}");
            }
        }
        return "{\"took\":[1],\"data\":" + answers + "}";
    }

    private static String byName(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (said.get(i) != Said.LEFT_OUT) {
                String answer =
                        said.get(i) == Said.NULL ? "null" : "{" + said.get(i).fields() + "}";
                answers.add("\"" + ids.get(i) + "\":" + answer);
            }
        }
        Collections.shuffle(answers, random);
        return "{" + String.join(",", answers) + "}";
    }

    private static String failures(List<String> ids, List<Said> said, Random random) {
        List<String> bad = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (!said.get(i).done()) {
                bad.add("{\"index\":" + i + ",\"id\":\"" + ids.get(i) + "\",\"message\":\"m" + random.nextInt(3)
                        + "\"}");
            }
        }
        Collections.shuffle(bad, random);
        return "{\"bad\":" + bad + "}";
    }

    /** Those that failed stand among the answers, or in the list, or in both. */
    private static String both(List<String> ids, List<Said> said, Random random) {
        List<String> good = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            boolean done = said.get(i).done();
            if (done || random.nextBoolean()) {
                good.add("{\"id\":\"" + ids.get(i) + "\",\"r\":1}");
            }
            if (!done) {
                bad.add("{\"index\":" + i + "}");
            }
        }
        Collections.shuffle(good, random);
        return "{\"bad\":" + bad + ",\"good\":" + good + "}";
    }

    private static String bulk(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (Said one : said) {
            String action = one.done() || random.nextInt(4) > 0 ? "index" : "create";
            String status = action.equals("index") ? one.status() : "201";
            answers.add(one == Said.NULL ? "null" : "{\"" + action + "\":{" + field("status", status) + "\"_id\":1}}");
        }
        return "{\"items\":" + answers + "}";
    }

    private static String field(String name, String value) {
        return value.isEmpty() ? "" : "\"" + name + "\":" + value + ",";
    }

    private static String rpc(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            String what = said.get(i).done()
                    ? "\"result\":null"
                    : said.get(i).status().isEmpty()
                            ? "\"x\":1"
                            : "\"error\":{\"code\":-" + said.get(i).status() + "}";
            if (said.get(i) != Said.LEFT_OUT) {
                answers.add(said.get(i) == Said.NULL ? "null" : "{\"jsonrpc\":\"2.0\",\"id\":" + i + "," + what + "}");
            }
        }
        Collections.shuffle(answers, random);
        return answers.toString();
    }

    private static String odata(List<String> ids, List<Said> said, Random random) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            String body = random.nextBoolean() ? ",\"body\":{\"x\":1}" : "";
            String answer = "{" + field("status", said.get(i).status()) + "\"id\":\"" + i + "\"" + body + "}";
            if (said.get(i) != Said.LEFT_OUT) {
                answers.add(said.get(i) == Said.NULL ? "null" : answer);
            }
        }
        Collections.shuffle(answers, random);
        return "{\"responses\":" + answers + "}";
    }

    private static String multipart(List<String> ids, List<Said> said, Random random) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            String body = random.nextBoolean() ? "{\"x\":1}" : "";
            if (!said.get(i).status().isEmpty()) {
                parts.add("--b\r\nContent-ID: <response-item-" + i + ">\r\n\r\nHTTP/1.1 "
                        + said.get(i).status() + " x\r\n\r\n" + body + "\r\n");
            }
        }
        Collections.shuffle(parts, random);
        return String.join("", parts) + "--b--\r\n";
    }

    private Said said(Random random) {
        int what = random.nextInt(20);
        if (what < 2) {
            return what == 0 ? Said.NULL : Said.LEFT_OUT;
        }
        boolean done = random.nextInt(10) < 7;
        boolean silent = !done && random.nextInt(4) == 0;
        return new Said(
                one(done ? DONE : FAILED, random), silent ? "" : one(done ? DONE_STATUS : FAILED_STATUS, random), done);
    }

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    /** What was answered in one round. */
    private final class Round {
        private final Case kind;
        private final List<String> ids;
        private final Random random;
        private final Set<String> proven = new HashSet<>();
        private final Set<String> disturbed = new HashSet<>();
        private final List<String> log = new ArrayList<>();

        private Round(Case kind, List<String> ids, Random random) {
            this.kind = kind;
            this.ids = ids;
            this.random = random;
        }

        private synchronized Answer answer(Request request) {
            List<String> asked = ids.stream()
                    .filter(id -> request.text().contains('"' + id + '"'))
                    .toList();
            boolean isFailures = kind.name().startsWith("failures");
            int fault = random.nextInt(10);
            int status = fault == 0 ? one(List.of(400, 404, 500), random) : one(List.of(200, 200, 202, 207), random);
            if (fault == 1 || fault == 2) {
                boolean silent = fault == 2;
                boolean proof = silent && isFailures && status != 207;
                return noted(asked, status, one(silent ? SILENCE : NONSENSE, random), proof);
            }
            List<Said> said = asked.stream().map(id -> said(random)).toList();
            String body = kind.shape().write(asked, said, random);
            if (fault == 3) {
                return noted(
                        asked, status, body.substring(0, 1 + random.nextInt(Math.max(1, body.length() - 5))), false);
            }
            if (fault == 4 && isFailures) {
                return noted(asked, status, body.replace("]", (body.contains("[]") ? "" : ",") + "{\"at\":9}]"), false);
            }
            boolean unclear = kind.name().equals("position") && said.contains(Said.LEFT_OUT);
            boolean good = status < 300 && !unclear;
            for (int i = 0; i < asked.size() && good; i++) {
                if (said.get(i).done()) {
                    proven.add(asked.get(i));
                }
            }
            if (!good) {
                disturbed.addAll(asked);
            }
            return sent(status, body);
        }

        private Answer noted(List<String> asked, int status, String body, boolean proof) {
            if (proof) {
                proven.addAll(asked);
            } else {
                disturbed.addAll(asked);
            }
            return sent(status, body);
        }

        private Answer sent(int status, String body) {
            log.add(status + " " + body);
            return TestApi.answer(status, body);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldTakeNoItemAsDoneWithoutEvidence(Case kind) throws Exception {
        try (TestApi api = TestApi.start(TestApi::echo);
                Bundle bundle = Bundle.all()
                        .with("saddlebag.call.url", api.url())
                        .with("saddlebag.call.max-attempts", 1)
                        .with("saddlebag.call.refused-in-row", 0)
                        .with("saddlebag.breaker.sliding-window-size", 1000)
                        .with("saddlebag.breaker.minimum-number-of-calls", 1000)) {
            kind.properties().forEach((name, value) -> bundle.with("saddlebag." + name, value));
            bundle.start();
            for (int i = 0; i < ROUNDS; i++) {
                long seed = 20261129L * 1000 + i;
                Random random = new Random(seed);
                List<String> ids = new ArrayList<>();
                for (int k = 0; k <= random.nextInt(6); k++) {
                    ids.add("k" + i + "x" + k);
                }
                Round round = new Round(kind, ids, random);
                api.behave(round::answer);

                List<Outcome> outcomes =
                        bundle.ask(ids.stream().map(Items::item).toList());

                for (int k = 0; k < ids.size(); k++) {
                    boolean proven = round.proven.contains(ids.get(k));
                    String what = ids.get(k) + " with seed " + seed + " after " + round.log;
                    if (!outcomes.get(k).failed()) {
                        assertThat(proven).as("proof for " + what).isTrue();
                    } else if (proven) {
                        assertThat(round.disturbed).as("failure of " + what).contains(ids.get(k));
                    }
                }
            }
        }
    }
}
