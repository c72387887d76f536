package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonParser;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.template.ItemTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One item out, its answer back: the whole response is the answer. A response that is not JSON is an answer as well, as
 * a JSON string of its text; but not one that says that it is JSON, begins like it, and does not go on like it.
 */
public final class SingleFormat implements WireFormat {

    private final AnswerReader answers;

    /** @param answers which part of an answer is the result, and how it says that its item failed */
    public SingleFormat(AnswerReader answers) {
        this.answers = answers.ofOne();
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
            return text(response);
        }
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        try {
            return answers.readOne(response.body());
        } catch (MalformedAnswerException e) {
            if (response.isCalledJson() && isBroken(AnswerText.of(response.body()))) {
                throw e;
            }
            return text(response.body());
        }
    }

    private Answers text(byte[] response) throws MalformedAnswerException {
        return answers.readOne(ItemTemplate.quoted(new String(response, StandardCharsets.UTF_8)));
    }

    private static boolean isBroken(AnswerText text) {
        int first = text.firstByte();
        if (first != '{' && first != '[') {
            return false;
        }
        try (JsonParser parser = text.parser()) {
            // perhaps one value after the other
            while (parser.nextToken() != null) {
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            return true;
        }
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
