package io.github.saddlebag.wire;

import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.template.ItemTemplate;

/** A line of JSON for each item out; in come lines of JSON, one for each answer, or one JSON value that has them. */
public final class NdjsonFormat extends ListFormat {

    public NdjsonFormat(ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("", item.onOneLine(), "\n", "\n"), answers);
    }

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public String accept() {
        return "application/x-ndjson, application/json";
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        return reader().readSequence(response, expected);
    }
}
