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
    private @Nullable JsonPointer refused;
    private @Nullable JsonPointer retryAfter;
    private boolean retryAfterField;
    private boolean resultOptional;
    private Set<Integer> retryStatuses = Setting.statuses("answer.retry-statuses", "408,425,429,500,502-504,506-599");
    private Set<String> retryCodes = Set.of();

    /**
     * A reader for a protocol that says where everything stands; what may be tried again is as configured here.
     *
     * @param result empty: the whole answer
     * @param status empty: nowhere
     * @param error empty: nowhere
     */
    AnswerReader fixed(Correlation by, String list, String id, String result, String status, String error) {
        AnswerReader reader = new AnswerReader();
        reader.correlation = by;
        reader.setList(list);
        reader.setId(id);
        reader.setResult(result);
        reader.setStatus(status);
        reader.setError(error);
        reader.retryStatuses = retryStatuses;
        reader.retryCodes = retryCodes;
        reader.retryAfter = retryAfter;
        reader.resultOptional = true;
        return reader;
    }

    public Correlation correlation() {
        return correlation;
    }

    /**
     * The answers that stand in a response.
     *
     * @param expected about how many there will be
     * @throws MalformedAnswerException the response has another shape
     */
    public Answers read(byte[] body, int expected) throws MalformedAnswerException {
        byte[] response = text(body);
        Answers answers = new Answers(response, expected);
        try {
            boolean found = correlation == Correlation.FAILURES || read(response, list, answers, false);
            if (failures != null) {
                found |= read(response, failures, answers, true);
            }
            return found ? answers : refusal(response);
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw malformed(response, Json.fault(e));
        }
    }

    /**
     * The answers that stand one after the other, on lines of their own or not; or those of one JSON value, where the
     * response begins like a list, or the places are configured.
     */
    Answers readSequence(byte[] body, int expected) throws MalformedAnswerException {
        byte[] response = text(body);
        if (!list.matches()
                || correlation == Correlation.FAILURES
                || correlation == Correlation.MAP
                || firstByte(response) == '[') {
            return read(body, expected);
        }
        Answers answers = new Answers(response, expected);
        try (JsonParser parser = Json.FACTORY.createParser(response)) {
            if (parser.nextToken() == null) {
                throw malformed(response, "is empty");
            }
            ValueScan scan = new ValueScan(id, result, correlation == Correlation.ECHO);
            do {
                readOne(parser, scan, null, answers, false, response);
            } while (parser.nextToken() != null);
            return answers;
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw malformed(response, Json.fault(e));
        }
    }

    private static int firstByte(byte[] response) {
        for (byte b : response) {
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                return b;
            }
        }
        return -1;
    }

    /** The response as text, without a byte order mark. */
    static byte[] text(byte[] body) throws MalformedAnswerException {
        byte[] response = Utf8.withoutMark(body);
        if (!Utf8.isValid(response)) {
            throw malformed(response, "is not UTF-8");
        }
        return response;
    }

    /** There are no answers: the endpoint may have said why. */
    private Answers refusal(byte[] response) throws IOException {
        if (refused != null) {
            JsonNode reason = Json.MAPPER.readTree(response).at(refused);
            if (!reason.isMissingNode() && !reason.isNull()) {
                String text = ErrorText.ofError(reason);
                return Answers.refused(text == null ? "an error at " + refused : text);
            }
        }
        throw malformed(response, "has no " + shape() + " at '" + list + "' (saddlebag.answer.list)");
    }

    /**
     * The one answer that the response is as a whole.
     *
     * @throws MalformedAnswerException it is not one JSON value
     */
    Answers readOne(byte[] body) throws MalformedAnswerException {
        byte[] response = text(body);
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
            throw malformed(response, Json.fault(e));
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
            readOne(parser, scan, name, answers, failed, response);
        }
    }

    private void readOne(
            JsonParser parser, ValueScan scan, @Nullable String name, Answers answers, boolean failed, byte[] response)
            throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        scan.read(parser);
        int to = (int) parser.currentLocation().getByteOffset();
        answers.add(name != null ? name : scan.id, from, to, scan.from, scan.to);
        if (failed || status != null || error != null) {
            judge(answers, failed, response, from, to);
        } else if (resultOptional && scan.from < 0) {
            answers.nothing();
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
                        || retryCodes.contains("*")
                        || statusText != null && retryCodes.contains(statusText)
                        || errorText != null && retryCodes.contains(errorText));
        answers.mark(code, isFailed, retry, isFailed && error != null ? ErrorText.of(answer, answer.at(error)) : null);
        String when = retry ? retryAfter(answer) : null;
        if (when != null) {
            answers.retryAfter(when);
        }
        if (!isFailed && resultOptional && answers.result(answers.size() - 1) == null) {
            answers.nothing();
        }
    }

    /** Whether an item whose answer has this status may be tried again. */
    boolean isRetry(int ownStatus) {
        return retryStatuses.contains(ownStatus);
    }

    /** Whether failures name their items by index rather than by id. */
    boolean failuresByIndex() {
        return index != null;
    }

    /** By what answers belong to items: {@code id}, {@code position}, {@code index}, {@code echo}, {@code map} or {@code failures}. */
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

    /** Where a response without answers says why the request was refused as a whole. Empty: nowhere. */
    public void setRefused(String pointer) {
        refused = optional("answer.refused", pointer);
    }

    /** Statuses of single answers after which the item is tried again. */
    public void setRetryStatuses(String statuses) {
        retryStatuses = Setting.statuses("answer.retry-statuses", statuses);
    }

    /** Words at the status or the error of an answer after which the item is tried again; {@code *}: whatever it says. */
    public void setRetryCodes(String codes) {
        retryCodes = new TreeSet<>(Setting.words(codes));
    }

    /** Reads the header of the answer's own response, unless another place is configured. */
    AnswerReader withRetryAfterField() {
        retryAfterField = retryAfter == null;
        return this;
    }

    private @Nullable String retryAfter(JsonNode answer) {
        if (retryAfter != null) {
            return Json.textAt(answer, retryAfter);
        }
        if (retryAfterField) {
            for (var field : answer.path("headers").properties()) {
                if (field.getKey().equalsIgnoreCase("Retry-After")) {
                    return field.getValue().asText();
                }
            }
        }
        return null;
    }

    /** Where an answer says when its item is to come back, as an HTTP {@code Retry-After} does. Empty: nowhere. */
    public void setRetryAfter(String pointer) {
        retryAfter = optional("answer.retry-after", pointer);
    }

    private static @Nullable JsonPointer optional(String noun, String pointer) {
        return pointer.isEmpty() ? null : Json.pointer(noun, pointer);
    }
}
