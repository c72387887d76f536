package io.github.saddlebag.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.testing.TestApi.Answer;
import io.github.saddlebag.testing.TestApi.Request;

/** The routes of the mode {@code single}, and an API for it. */
public final class Singles {

    private Singles() {}

    /** From an item to its answer. */
    public static Bundle bundle(TestApi api) {
        return Bundle.of("21-", "31-", "34-", "37-", "90-")
                .with("saddlebag.call.mode", "single")
                .with("saddlebag.call.url", api.url());
    }

    /** From an item to its answer in one of the modes {@code batch} and {@code single}, one item a request. */
    public static Bundle bundle(String mode) {
        return Bundle.all()
                .with("saddlebag.call.mode", mode)
                .with("saddlebag.batch.max-items", 1)
                .with("saddlebag.breaker.sliding-window-size", 1000)
                .with("saddlebag.breaker.minimum-number-of-calls", 1000)
                .with("saddlebag.call.deadline", "20s");
    }

    /** Answers an item, or a list of them, each by {@code {"id","result"}}. */
    public static Answer either(Request request) {
        return request.json().isArray() ? TestApi.echo(request) : echo(request);
    }

    /** Answers an item by {@code {"id","result"}}, the result being {@code "r:" + text}. */
    public static Answer echo(Request request) {
        JsonNode item = request.json();
        ObjectNode answer = TestApi.JSON.createObjectNode();
        answer.set("id", item.path("id"));
        answer.put("result", "r:" + item.path("text").asText());
        return TestApi.json(answer);
    }
}
