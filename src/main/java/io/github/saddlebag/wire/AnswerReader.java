package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.config.AnswerSettings;
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

    private final Correlation correlation;
    private final JsonPointer list;
    private final JsonPointer id;
    private final JsonPointer result;
    private final @Nullable JsonPointer failures;
    private final @Nullable JsonPointer index;
    private final @Nullable JsonPointer refused;
    private final boolean isRefusedUsual;
    private final boolean isFixed;
    private boolean resultOptional;
    private final AnswerRules rules;
    private final LeanScan lean;

    /** @param rules what answers say of their items besides the results */
    public AnswerReader(AnswerSettings settings, AnswerRules rules) {
        correlation = Correlation.of("answer.match", settings.match());
        list = Json.pointer("answer.list", settings.list());
        id = Json.pointer("answer.id", settings.id());
        result = Json.pointer("answer.result", settings.result());
        failures = optional("answer.failures", settings.failures());
        index = optional("answer.index", settings.index());
        isRefusedUsual = settings.refused().trim().equals("auto");
        refused = isRefusedUsual ? null : optional("answer.refused", settings.refused());
        isFixed = false;
        this.rules = rules;
        lean = newLean();
    }

    private AnswerReader(
            Correlation by, String list, String id, JsonPointer result, AnswerRules rules, boolean isFixed) {
        correlation = by;
        this.list = JsonPointer.compile(list);
        this.id = JsonPointer.compile(id);
        this.result = result;
        failures = null;
        index = null;
        refused = null;
        isRefusedUsual = false;
        this.isFixed = isFixed;
        this.rules = rules;
        lean = newLean();
    }

    /**
     * A reader for a protocol that says where everything stands; what may be tried again is as configured here.
     *
     * @param result empty: the whole answer
     * @param itsRules what answers say besides the results, out of {@link #rules}
     */
    AnswerReader fixed(Correlation by, String list, String id, String result, AnswerRules itsRules) {
        return new AnswerReader(by, list, id, JsonPointer.compile(result), itsRules, true);
    }

    /** A reader for responses each of which is one answer. */
    AnswerReader ofOne() {
        return new AnswerReader(Correlation.POSITION, "", "/id", result, rules, false);
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

    private LeanScan newLean() {
        return new LeanScan(list, id, result, rules.isForAll() ? null : rules.tellTale());
    }

    /** What reads the list of answers, or an answer, where it is sure. */
    LeanScan lean() {
        return lean;
    }

    /** Whether failures name their items by index rather than by id. */
    boolean failuresByIndex() {
        return index != null;
    }

    private static @Nullable JsonPointer optional(String noun, String pointer) {
        return pointer.isEmpty() ? null : Json.pointer(noun, pointer);
    }
}
