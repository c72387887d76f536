package io.github.saddlebag.format;

import io.github.saddlebag.batch.Item;
import java.util.List;

/** A JSON array of items out, JSON answers in. Items and results are copied as they stand. */
public final class JsonArrayFormat implements WireFormat {

    private AnswerReader answers = new AnswerReader();

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] write(List<Item> items) {
        int size = Math.max(2, items.size() + 1);
        for (Item item : items) {
            size += item.wire().length;
        }
        byte[] body = new byte[size];
        int at = 0;
        body[at++] = '[';
        for (Item item : items) {
            if (at > 1) {
                body[at++] = ',';
            }
            byte[] content = item.wire();
            System.arraycopy(content, 0, body, at, content.length);
            at += content.length;
        }
        body[at] = ']';
        return body;
    }

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return answers.read(response, expected);
    }

    @Override
    public Correlation correlation() {
        return answers.correlation();
    }

    @Override
    public boolean failuresByIndex() {
        return answers.failuresByIndex();
    }

    /** How the answers are found in a response. */
    public void setAnswers(AnswerReader answers) {
        this.answers = answers;
    }
}
