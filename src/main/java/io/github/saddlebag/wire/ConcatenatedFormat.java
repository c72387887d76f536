package io.github.saddlebag.wire;

import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.template.ItemTemplate;

/** JSON values one after the other out; in comes the same, or one JSON value that has the answers. */
public final class ConcatenatedFormat extends ListFormat {

    /** Space is allowed between JSON values, and keeps two numbers apart. */
    public ConcatenatedFormat(ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("", item, "\n", ""), answers);
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        return reader().readSequence(response, expected);
    }
}
