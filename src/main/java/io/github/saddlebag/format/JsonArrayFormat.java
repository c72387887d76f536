package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.util.List;

/** A JSON array of items out, a JSON array of answers in. Items and results are copied as they stand. */
public final class JsonArrayFormat implements WireFormat {

    private JsonPointer answerId = JsonPointer.compile("/id");
    private JsonPointer answerResult = JsonPointer.empty();

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
        Answers answers = new Answers(response, expected);
        ValueScan scan = new ValueScan(answerId, answerResult);
        try (JsonParser parser = Json.FACTORY.createParser(response)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_ARRAY) {
                throw new MalformedAnswerException(
                        "The response is " + (first == null ? "empty" : "no JSON array") + " (" + response.length
                                + " bytes); one JSON array with an answer for each item was expected.");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                scan.read(parser);
                int to = (int) parser.currentLocation().getByteOffset();
                answers.add(scan.id, from, to, scan.from, scan.to);
            }
            if (parser.nextToken() != null) {
                throw new MalformedAnswerException("Something follows the JSON array of the response.");
            }
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedAnswerException("The response is not valid JSON (" + response.length
                    + " bytes); one JSON array with an answer for each item was expected.");
        }
        return answers;
    }

    /** Where an answer repeats its item's id (RFC 6901). */
    public void setAnswerId(String pointer) {
        answerId = Json.pointer("id", pointer);
    }

    /** Which part of an answer is the item's result (RFC 6901); empty: the whole answer. */
    public void setAnswerResult(String pointer) {
        answerResult = Json.pointer("result", pointer);
    }
}
