package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.format.AnswerRules;
import io.github.saddlebag.format.AnswerShape;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.LeanScan;
import io.github.saddlebag.json.ValueScan;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answers in a JSON response: where they stand, by what each is known, and which part is the result. All places
 * are JSON pointers (RFC 6901).
 */
public final class AnswerReader {

    private static final List<JsonPointer> USUAL_REFUSALS =
            List.of(AnswerRules.USUAL_ERROR, JsonPointer.compile("/errors"));

    private Correlation correlation = Correlation.ID;
    private JsonPointer list = JsonPointer.empty();
    private JsonPointer id = JsonPointer.compile("/id");
    private JsonPointer result = JsonPointer.empty();
    private @Nullable JsonPointer failures;
    private @Nullable JsonPointer index;
    private @Nullable JsonPointer refused;
    private boolean isRefusedUsual = true;
    private boolean isFixed;
    private boolean resultOptional;
    private AnswerRules rules = new AnswerRules();
    private volatile @Nullable LeanScan lean;

    /**
     * A reader for a protocol that says where everything stands; what may be tried again is as configured here.
     *
     * @param result empty: the whole answer
     * @param itsRules what answers say besides the results, out of {@link #rules}
     */
    AnswerReader fixed(Correlation by, String list, String id, String result, AnswerRules itsRules) {
        AnswerReader reader = new AnswerReader();
        reader.correlation = by;
        reader.setList(list);
        reader.setId(id);
        reader.setResult(result);
        reader.isRefusedUsual = false;
        reader.isFixed = true;
        reader.rules = itsRules;
        return reader;
    }

    /** Where an answer may have no result, and its item be done nevertheless. */
    AnswerReader withoutResults() {
        resultOptional = true;
        return this;
    }

    /** Whether an answer without a result is none the worse. */
    boolean isResultOptional() {
        return resultOptional;
    }

    /** Why an answer is none that says nothing of an error: there is nothing at the place of the result. */
    String withoutResult(byte[] answer) {
        return isFixed
                ? "The answer to this item has no result where one should be."
                : AnswerShape.withoutResult(answer, result);
    }

    /** Whether answers are their own results. */
    boolean isWholeResult() {
        return result.matches();
    }

    AnswerRules rules() {
        return rules;
    }

    JsonPointer list() {
        return list;
    }

    JsonPointer id() {
        return id;
    }

    /** Where failures are listed; null: nowhere. */
    @Nullable
    JsonPointer failures() {
        return failures;
    }

    /** Whether a response says where everybody does that it is refused as a whole. */
    boolean isRefusedUsual() {
        return isRefusedUsual;
    }

    /** Where it says so. */
    List<JsonPointer> refusals() {
        boolean usual = isRefusedUsual && correlation == Correlation.FAILURES;
        return usual ? USUAL_REFUSALS : refused == null ? List.of() : List.of(refused);
    }

    public Correlation correlation() {
        return correlation;
    }

    /** The answers that stand in a response of which nothing else is known. */
    public Answers read(byte[] body, int expected) throws MalformedAnswerException {
        return read(Response.of(body), expected);
    }

    /**
     * The answers that stand in a response.
     *
     * @param expected about how many there will be
     * @throws MalformedAnswerException the response has another shape
     */
    Answers read(Response response, int expected) throws MalformedAnswerException {
        if (response.isSequence()) {
            return readSequence(response, expected);
        }
        if (correlation == Correlation.FAILURES && response.isEmpty() && response.isGood()) {
            return new Answers(response.body(), 0);
        }
        try {
            return NearJson.read(response.body(), text -> readWhole(text, response, expected));
        } catch (MalformedAnswerException e) {
            Answers lines = isPerhapsSequence(response) ? sequence(response, expected) : null;
            if (lines == null) {
                throw e;
            }
            return lines;
        }
    }

    /** Objects one after the other can be nothing but lines, whatever their type; what is named cannot go astray. */
    private boolean isPerhapsSequence(Response response) {
        boolean isNamed =
                correlation != Correlation.POSITION || !response.type().contains("json");
        return list.matches()
                && correlation != Correlation.FAILURES
                && correlation != Correlation.MAP
                && isNamed
                && new AnswerText(response.body(), true).firstByte() == '{';
    }

    private @Nullable Answers sequence(Response response, int expected) {
        try {
            Answers answers = NearJson.read(response.body(), text -> readEach(text, expected));
            return answers.size() > 1 ? answers : null;
        } catch (MalformedAnswerException e) {
            return null;
        }
    }

    /**
     * The answers that stand one after the other, on lines of their own or not; or those of one JSON value, where the
     * response begins like a list, or the places are configured.
     */
    Answers readSequence(Response response, int expected) throws MalformedAnswerException {
        boolean whole = !list.matches() || correlation == Correlation.FAILURES || correlation == Correlation.MAP;
        Response one = response.plain();
        return whole
                ? read(one, expected)
                : NearJson.read(
                        one.body(),
                        text -> text.firstByte() == '[' ? readWhole(text, one, expected) : readEach(text, expected));
    }

    private Answers readEach(AnswerText text, int expected) throws IOException {
        Answers answers = new Answers(text.bytes(), expected);
        new AnswerScan(this, text, answers).readEach();
        return answers;
    }

    /**
     * The one answer that the response is as a whole.
     *
     * @throws MalformedAnswerException it is not one JSON value
     */
    Answers readOne(byte[] body) throws MalformedAnswerException {
        AnswerText text = AnswerText.of(body);
        Answers answers = new Answers(text.bytes(), 1);
        try {
            new AnswerScan(this, text, answers).readOne();
            return answers;
        } catch (MalformedAnswerException e) {
            throw e;
        } catch (IOException e) {
            throw text.malformed(Json.fault(e));
        }
    }

    private Answers readWhole(AnswerText text, Response response, int expected) throws IOException {
        Answers answers = new Answers(text.bytes(), expected);
        AnswerScan scan = new AnswerScan(this, text, answers);
        boolean onlyFailures = correlation == Correlation.FAILURES;
        boolean found = !onlyFailures && scan.find(list, false, expected == 1);
        boolean listed = false;
        if (failures != null) {
            answers.beginFailures();
            listed = scan.find(failures, true, true);
        }
        if (onlyFailures) {
            return answers.size() > 0 ? answers : new NoAnswers(this, text).nothingFailed(answers, response, listed);
        }
        if (found || listed) {
            answers.nameless(isFixed || !found ? null : NoAnswers.shapeOfNameless(this, answers, expected));
            return answers;
        }
        return new NoAnswers(this, text).missing(expected);
    }

    /** @param failed whether it is for a list of failures */
    ValueScan scan(boolean failed) {
        return new ValueScan(
                failed && index != null ? index : id,
                result,
                failed || rules.isForAll() ? null : rules.tellTale(),
                correlation == Correlation.ECHO);
    }

    /** What reads the list of answers, or an answer, where it is sure. */
    LeanScan lean() {
        LeanScan known = lean;
        if (known == null) {
            known = new LeanScan(list, id, result, rules.isForAll() ? null : rules.tellTale());
            lean = known;
        }
        return known;
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
        lean = null;
    }

    /** Where an answer repeats its item's id. */
    public void setId(String pointer) {
        id = Json.pointer("answer.id", pointer);
        lean = null;
    }

    /** Which part of an answer is the item's result; empty: the whole answer. */
    public void setResult(String pointer) {
        result = Json.pointer("answer.result", pointer);
        lean = null;
    }

    /** Where the response has a list of its own for failures. Empty: nowhere. */
    public void setFailures(String pointer) {
        failures = optional("answer.failures", pointer);
    }

    /** Where a failure has the index of its item, counted from 0. Empty: it has an id. */
    public void setIndex(String pointer) {
        index = optional("answer.index", pointer);
    }

    /**
     * Where a response without answers says why the request was refused as a whole. Empty: nowhere. {@code auto}: at
     * {@code /error} or {@code /errors} where only failures are answered, else nowhere.
     */
    public void setRefused(String pointer) {
        isRefusedUsual = pointer.trim().equals("auto");
        refused = isRefusedUsual ? null : optional("answer.refused", pointer);
    }

    /** What answers say of their items besides the results. */
    public void setRules(AnswerRules rules) {
        this.rules = rules;
        lean = null;
    }

    private static @Nullable JsonPointer optional(String noun, String pointer) {
        return pointer.isEmpty() ? null : Json.pointer(noun, pointer);
    }
}
