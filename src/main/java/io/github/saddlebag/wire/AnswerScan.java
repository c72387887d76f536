package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.Said;
import io.github.saddlebag.format.SaidError;
import io.github.saddlebag.json.LeanScan;
import io.github.saddlebag.json.LeanTokens;
import io.github.saddlebag.json.ValueScan;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Goes through the text of one response, and adds what it finds to the answers. */
final class AnswerScan {

    private static final Said NULL = Said.broken("The endpoint gave null in the place of this item's answer.");
    private static final Said NO_JSON = Said.broken("The endpoint's answer to this item is not valid JSON.");

    /** In bytes; what has no data says little. */
    private static final int LARGEST_REFUSAL = 1 << 20;

    private final AnswerReader reader;
    private final AnswerText text;
    private final Answers answers;
    /** Whether null stands in the place of somebody's answer. */
    private boolean isPlace;

    AnswerScan(AnswerReader reader, AnswerText text, Answers answers) {
        this.reader = reader;
        this.text = text;
        this.answers = answers;
        this.isPlace = reader.correlation() == Correlation.POSITION || reader.correlation() == Correlation.MAP;
    }

    /** Each value is an answer. */
    void readEach() throws IOException {
        if (readEachLean()) {
            return;
        }
        answers.clear();
        try (JsonParser parser = text.parser()) {
            begin(parser);
            ValueScan scan = reader.scan(false);
            do {
                addOne(parser, scan, null, false);
            } while (parser.nextToken() != null);
        }
    }

    /** The whole is an answer, whatever it is. */
    void readOne() throws IOException {
        isPlace = false;
        ValueScan scan = reader.scan(false);
        LeanScan lean = lean();
        int from = LeanTokens.space(text.bytes(), 0);
        int to = lean == null ? LeanScan.UNSURE : lean.value(text.bytes(), from, scan);
        if (LeanTokens.isEnd(text.bytes(), to)) {
            addLean(from, to, scan);
            return;
        }
        try (JsonParser parser = text.parser()) {
            begin(parser);
            addOne(parser, scan, null, false);
            end(parser);
        }
    }

    /** Null: what is to be found here needs a parser. */
    private @Nullable LeanScan lean() {
        return text.isNear() || reader.correlation() == Correlation.MAP || reader.correlation() == Correlation.ECHO
                ? null
                : reader.lean();
    }

    private boolean readEachLean() throws IOException {
        LeanScan lean = lean();
        if (lean == null) {
            return false;
        }
        byte[] bytes = text.bytes();
        ValueScan scan = reader.scan(false);
        int from = LeanTokens.space(bytes, 0);
        do {
            int to = lean.value(bytes, from, scan);
            if (to < 0) {
                return false;
            }
            addLean(from, to, scan);
            from = LeanTokens.space(bytes, to);
        } while (from < bytes.length);
        return true;
    }

    private void addLean(int from, int to, ValueScan scan) throws IOException {
        add(from, to, text.bytes()[from] == 'n', scan, null, false);
    }

    private void begin(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            throw text.malformed("is empty", true);
        }
    }

    private void end(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw text.malformed("goes on after its JSON value");
        }
    }

    /**
     * Reads the list (or the map) at a place, and the rest of the response to its end.
     *
     * @param lone whether there may be an object in the place of a list of one
     * @return false: there is none
     */
    boolean find(JsonPointer place, boolean failed, boolean lone) throws IOException {
        LeanScan lean = failed ? null : lean();
        if (lean != null) {
            ValueScan scan = reader.scan(false);
            if (lean.list(text.bytes(), scan, (from, to) -> addLean(from, to, scan))) {
                return true;
            }
            answers.clear();
        }
        try (JsonParser parser = text.parser()) {
            begin(parser);
            boolean found = descend(parser, place, failed, lone);
            end(parser);
            return found;
        }
    }

    private boolean descend(JsonParser parser, JsonPointer place, boolean failed, boolean lone) throws IOException {
        JsonToken token = parser.currentToken();
        if (place.matches()) {
            boolean map = reader.correlation() == Correlation.MAP && !failed;
            if (token == (map ? JsonToken.START_OBJECT : JsonToken.START_ARRAY)) {
                addAll(parser, failed, map);
                return true;
            }
            if (token == JsonToken.START_OBJECT && lone) {
                return addLone(parser, failed);
            }
            parser.skipChildren();
            return false;
        }
        boolean found = false;
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                JsonPointer next = place.matchProperty(parser.currentName());
                parser.nextToken();
                if (next != null) {
                    found |= descend(parser, next, failed, lone);
                } else {
                    parser.skipChildren();
                }
            }
        } else if (token == JsonToken.START_ARRAY) {
            int at = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonPointer next = place.matchElement(at++);
                if (next != null) {
                    found |= descend(parser, next, failed, lone);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return found;
    }

    private void addAll(JsonParser parser, boolean failed, boolean map) throws IOException {
        ValueScan scan = reader.scan(failed);
        JsonToken end = map ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        while (parser.nextToken() != end) {
            String name = null;
            if (map) {
                name = parser.currentName();
                parser.nextToken();
            }
            if (!failed) {
                addOne(parser, scan, name, false);
            } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
                addFailure(parser, scan);
            }
        }
    }

    /** A failure names its item; or the path to the answer that it spoils, as GraphQL does (section 7.1.2). */
    private void addFailure(JsonParser parser, ValueScan scan) throws IOException {
        addOne(parser, scan, null, true);
        int last = answers.size() - 1;
        JsonNode place = answers.id(last) == null ? placeOf(value(last)) : MissingNode.getInstance();
        if (reader.correlation() == Correlation.MAP && place.isTextual()) {
            answers.name(place.asText());
        } else if (place.isInt() && place.asInt() >= 0 && place.asInt() < answers.answered()) {
            answers.spoil(place.asInt());
        }
    }

    private JsonNode value(int at) throws IOException {
        return new AnswerText(answers.whole(at), text.isNear()).tree();
    }

    /** Which of the answers a failure names by its path, which begins below {@code data}; missing: none. */
    private JsonNode placeOf(JsonNode failure) {
        JsonNode path = failure.path("path");
        JsonPointer list = reader.list();
        JsonPointer rest = "data".equals(list.getMatchingProperty()) ? list.tail() : list;
        int at = 0;
        while (!rest.matches()) {
            if (!path.path(at++).asText().equals(rest.getMatchingProperty())) {
                return MissingNode.getInstance();
            }
            rest = rest.tail();
        }
        return path.path(at);
    }

    /** An object in the place of a list of one, if it can be nothing else. */
    private boolean addLone(JsonParser parser, boolean failed) throws IOException {
        int at = answers.size();
        addOne(parser, reader.scan(failed), null, failed);
        boolean isPlaced = !failed && reader.correlation() == Correlation.POSITION;
        boolean isIt = isPlaced ? isAnswer(at) : answers.id(at) != null || !failed && answers.isFailed(at);
        if (isIt && !failed) {
            answers.lone();
        } else if (!isIt) {
            answers.removeLast();
        }
        return isIt;
    }

    /** Whether an object is an answer, and does not merely hold one. */
    private boolean isAnswer(int at) throws IOException {
        if (answers.isFailed(at) || !reader.isWholeResult()) {
            return answers.isFailed(at) || answers.result(at) != null;
        }
        for (JsonNode each : value(at)) {
            if (each.isArray() && each.size() == 1) {
                return false;
            }
        }
        return true;
    }

    private void addOne(JsonParser parser, ValueScan scan, @Nullable String name, boolean failed) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        boolean isNull = parser.currentToken() == JsonToken.VALUE_NULL;
        scan.read(parser);
        add(from, text.end(from, (int) parser.currentLocation().getByteOffset()), isNull, scan, name, failed);
    }

    private void add(int from, int to, boolean isNull, ValueScan scan, @Nullable String name, boolean failed)
            throws IOException {
        answers.add(name != null ? name : scan.id, from, to, scan.from, Math.min(scan.to, to));
        if (isNull && !failed && isPlace) {
            answers.mark(NULL);
        } else if (!text.isJson(from, to)) {
            answers.mark(NO_JSON);
        } else if (failed || reader.rules().isForAll() || scan.errorFrom >= 0 && isError(scan)) {
            answers.mark(reader.rules().judge(text.tree(from, to), failed));
        } else if (to - from <= LARGEST_REFUSAL
                && (scan.denied || scan.errorsFrom >= 0 && !isEmptyList(scan.errorsFrom))) {
            answers.mark(reader.rules().judge(text.tree(from, to), false));
        }
        if (reader.isResultOptional() && scan.from < 0) {
            answers.nothing();
        }
    }

    private boolean isEmptyList(int from) {
        return text.bytes()[LeanTokens.space(text.bytes(), from + 1)] == ']';
    }

    private boolean isError(ValueScan scan) throws IOException {
        return SaidError.isOne(text.tree(scan.errorFrom, scan.errorTo));
    }
}
