package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One item out, its answer back: the whole response is the answer. A response that is not JSON is an answer as well, as
 * a JSON string of its text.
 */
public final class SingleFormat implements WireFormat {

    private final AnswerReader answers;

    /** @param answers which part of an answer is the result, and how it says that its item failed */
    public SingleFormat(AnswerReader answers) {
        this.answers = answers.ofOne();
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] write(List<Item> items) {
        return items.get(0).wire();
    }

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        try {
            return answers.readOne(response);
        } catch (MalformedAnswerException e) {
            return answers.readOne(quoted(response));
        }
    }

    private static byte[] quoted(byte[] text) {
        String escaped =
                new String(JsonStringEncoder.getInstance().quoteAsString(new String(text, StandardCharsets.UTF_8)));
        return ('"' + escaped + '"').getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String withoutResult(byte[] answer) {
        return answers.withoutResult(answer);
    }

    @Override
    public Correlation correlation() {
        return Correlation.POSITION;
    }
}
