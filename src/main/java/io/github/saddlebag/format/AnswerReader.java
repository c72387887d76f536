package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answers in a JSON response: where they stand, by what each is known, which part is the result, and how an
 * answer says that its item failed. All places are JSON pointers (RFC 6901).
 */
public final class AnswerReader {

    private Correlation correlation = Correlation.ID;
    private JsonPointer list = JsonPointer.empty();
    private JsonPointer id = JsonPointer.compile("/id");
    private JsonPointer result = JsonPointer.empty();
    private @Nullable JsonPointer status;
    private @Nullable JsonPointer error;
    private @Nullable JsonPointer failures;
    private @Nullable JsonPointer index;
    private Set<Integer> retryStatuses = Setting.statuses("answer.retry-statuses", "408,425,429,500,503");
    private Set<String> retryCodes = Set.of();

    public Correlation correlation() {
        return correlation;
    }

    /**
     * The answers that stand in a response.
     *
     * @param expected about how many there will be
     * @throws MalformedAnswerException the response has another shape
     */
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        Answers answers = new Answers(response, expected);
        try {
            if (correlation != Correlation.FAILURES) {
                boolean found = read(response, list, answers, false);
                if (!found) {
                    throw malformed(response, "has no " + shape() + " at '" + list + "' (saddlebag.answer.list)");
                }
            }
            if (failures != null) {
                read(response, failures, answers, true);
            }
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw malformed(response, "is not valid JSON");
        }
        return answers;
    }

    /**
     * The one answer that the response is as a whole.
     *
     * @throws MalformedAnswerException it is not one JSON value
     */
    Answers readOne(byte[] response) throws MalformedAnswerException {
        Answers answers = new Answers(response, 1);
        try (JsonParser parser = Json.FACTORY.createParser(response)) {
            if (parser.nextToken() == null) {
                throw malformed(response, "is empty");
            }
            ValueScan scan = new ValueScan(id, result, false);
            int from = (int) parser.currentTokenLocation().getByteOffset();
            scan.read(parser);
            int to = (int) parser.currentLocation().getByteOffset();
            answers.add(null, from, to, scan.from, scan.to);
            if (parser.nextToken() != null) {
                throw malformed(response, "goes on after its JSON value");
            }
            if (status != null || error != null) {
                judge(answers, false, response, from, to);
            }
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw malformed(response, "is not valid JSON");
        }
        return answers;
    }

    private String shape() {
        return correlation == Correlation.MAP ? "object" : "list";
    }

    private static MalformedAnswerException malformed(byte[] response, String what) {
        return new MalformedAnswerException("the response " + what + "; it has " + response.length + " bytes");
    }

    /** Reads the list (or the map) at a place, and the rest of the response to its end. False: there is none. */
    private boolean read(byte[] response, JsonPointer place, Answers answers, boolean failed) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(response)) {
            if (parser.nextToken() == null) {
                throw malformed(response, "is empty");
            }
            boolean found = descend(parser, place, answers, failed, response);
            if (parser.nextToken() != null) {
                throw malformed(response, "goes on after its JSON value");
            }
            return found;
        }
    }

    private boolean descend(JsonParser parser, JsonPointer place, Answers answers, boolean failed, byte[] response)
            throws IOException {
        JsonToken token = parser.currentToken();
        if (place.matches()) {
            boolean map = correlation == Correlation.MAP && !failed;
            if (token != (map ? JsonToken.START_OBJECT : JsonToken.START_ARRAY)) {
                parser.skipChildren();
                return false;
            }
            readAll(parser, answers, failed, map, response);
            return true;
        }
        boolean found = false;
        if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                JsonPointer next = place.matchProperty(parser.currentName());
                parser.nextToken();
                if (next != null) {
                    found |= descend(parser, next, answers, failed, response);
                } else {
                    parser.skipChildren();
                }
            }
        } else if (token == JsonToken.START_ARRAY) {
            int at = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonPointer next = place.matchElement(at++);
                if (next != null) {
                    found |= descend(parser, next, answers, failed, response);
                } else {
                    parser.skipChildren();
                }
            }
        }
        return found;
    }

    private void readAll(JsonParser parser, Answers answers, boolean failed, boolean map, byte[] response)
            throws IOException {
        ValueScan scan = new ValueScan(failed && index != null ? index : id, result, correlation == Correlation.ECHO);
        JsonToken end = map ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        while (parser.nextToken() != end) {
            String name = null;
            if (map) {
                name = parser.currentName();
                parser.nextToken();
            }
            int from = (int) parser.currentTokenLocation().getByteOffset();
            scan.read(parser);
            int to = (int) parser.currentLocation().getByteOffset();
            answers.add(map ? name : scan.id, from, to, scan.from, scan.to);
            if (failed || status != null || error != null) {
                judge(answers, failed, response, from, to);
            }
        }
    }

    /** What the answer says of its item besides the result. */
    private void judge(Answers answers, boolean failed, byte[] response, int from, int to) throws IOException {
        JsonNode answer = Json.MAPPER.readTree(response, from, to - from);
        String statusText = status == null ? null : Json.textAt(answer, status);
        String errorText = error == null ? null : Json.textAt(answer, error);
        int code = statusText != null && statusText.matches("\\d{1,3}") ? Integer.parseInt(statusText) : 0;
        boolean isFailed = failed || code >= 400 || errorText != null && !errorText.equals("false");
        boolean retry = isFailed
                && (retryStatuses.contains(code)
                        || statusText != null && retryCodes.contains(statusText)
                        || errorText != null && retryCodes.contains(errorText));
        answers.mark(code, isFailed, retry);
    }

    /** Whether equal ids must not stand in one batch. */
    public boolean uniqueIds() {
        return correlation.needsUniqueIds();
    }

    /** Whether failures name their items by index rather than by id. */
    boolean failuresByIndex() {
        return index != null;
    }

    /** By what answers belong to items: {@code id}, {@code position}, {@code echo}, {@code map} or {@code failures}. */
    public void setMatch(String match) {
        correlation = Correlation.of("answer.match", match);
    }

    /** Where the list of answers (or the map) stands in the response; empty: the response is the list. */
    public void setList(String pointer) {
        list = Json.pointer("answer.list", pointer);
    }

    /** Where an answer repeats its item's id. */
    public void setId(String pointer) {
        id = Json.pointer("answer.id", pointer);
    }

    /** Which part of an answer is the item's result; empty: the whole answer. */
    public void setResult(String pointer) {
        result = Json.pointer("answer.result", pointer);
    }

    /** Where an answer has a status of its own; from 400 on its item failed. Empty: nowhere. */
    public void setStatus(String pointer) {
        status = optional("answer.status", pointer);
    }

    /** Where an answer has something if, and only if, its item failed. Empty: nowhere. */
    public void setError(String pointer) {
        error = optional("answer.error", pointer);
    }

    /** Where the response has a list of its own for failures. Empty: nowhere. */
    public void setFailures(String pointer) {
        failures = optional("answer.failures", pointer);
    }

    /** Where a failure has the index of its item, counted from 0. Empty: it has an id. */
    public void setIndex(String pointer) {
        index = optional("answer.index", pointer);
    }

    /** Statuses of single answers after which the item is tried again. */
    public void setRetryStatuses(String statuses) {
        retryStatuses = Setting.statuses("answer.retry-statuses", statuses);
    }

    /** Words at the status or the error of an answer after which the item is tried again. */
    public void setRetryCodes(String codes) {
        retryCodes = new TreeSet<>(Setting.words(codes));
    }

    private static @Nullable JsonPointer optional(String noun, String pointer) {
        return pointer.isEmpty() ? null : Json.pointer(noun, pointer);
    }
}
