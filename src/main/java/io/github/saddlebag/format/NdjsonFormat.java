package io.github.saddlebag.format;

/** A line of JSON for each item out; in come lines of JSON, one for each answer, or one JSON value that has them. */
public final class NdjsonFormat extends AnswersFormat {

    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public String accept() {
        return "application/x-ndjson, application/json";
    }

    @Override
    ListRequest request(ItemTemplate template) {
        return new ListRequest("", template.onOneLine(), "\n", "\n");
    }

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        return answers().readSequence(response, expected);
    }
}
