package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.saddlebag.config.AnswerSettings;
import io.github.saddlebag.json.Flags;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.setting.Setting;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an answer says of its item besides the result: whether it was done, and whether it may be tried again. */
public final class AnswerRules {

    /** Where most write an error. */
    public static final JsonPointer USUAL_ERROR = JsonPointer.compile("/error");

    private static final String ERRORS = "errors";

    /** A status may go on with words, and may be a whole status line (RFC 9112 4). */
    private static final Pattern STATUS =
            Pattern.compile("(?:HTTP/\\d(?:\\.\\d)? )?([1-9]\\d\\d)(?!\\d).*", Pattern.DOTALL);

    private static final int LONGEST_WORD = 40;

    private static final Said NO_STATUS = Said.broken("The endpoint's answer to this item has no status.");

    /** Where an answer has a status of its own: a number, a text that begins with one, a word, or a flag; null: nowhere. */
    private final @Nullable JsonPointer status;
    /** Where an answer has something if, and only if, its item failed; null: nowhere. */
    private final @Nullable JsonPointer error;
    /** Whether that is where most have it. */
    private final boolean isUsual;

    private final boolean isProtocol;
    private boolean isStatusDue;
    /** Where an answer says when its item is to come back, as an HTTP {@code Retry-After} does; null: nowhere. */
    private final @Nullable JsonPointer retryAfter;

    private boolean retryAfterField;
    private final Set<Integer> retryStatuses;
    private final Throttling throttling;
    /** Statuses of single answers, other than 2xx and 3xx, whose items are done. */
    private final Set<Integer> doneStatuses;
    /** Words of the status or the error of an answer after which the item is tried again; {@code *}: whatever it says. */
    private final Set<String> retryCodes;

    private final Set<String> doneWords;
    private final Set<String> failedWords;

    /** @param throttling the words by which an answer says that there are too many of its kind */
    public AnswerRules(AnswerSettings settings, Throttling throttling) {
        status = optional("answer.status", settings.status());
        isUsual = settings.error().trim().equals("auto");
        error = isUsual ? USUAL_ERROR : optional("answer.error", settings.error());
        isProtocol = false;
        retryAfter = optional("answer.retry-after", settings.retryAfter());
        retryStatuses = settings.retryStatuses();
        this.throttling = throttling;
        doneStatuses = settings.doneStatuses();
        retryCodes = words(settings.retryCodes());
        doneWords = words(settings.doneWords());
        failedWords = words(settings.failedWords());
    }

    private AnswerRules(AnswerRules configured, @Nullable JsonPointer status, @Nullable JsonPointer error) {
        this.status = status;
        this.error = error;
        isUsual = false;
        isProtocol = true;
        retryAfter = configured.retryAfter;
        retryStatuses = configured.retryStatuses;
        throttling = configured.throttling;
        doneStatuses = configured.doneStatuses;
        retryCodes = configured.retryCodes;
        doneWords = configured.doneWords;
        failedWords = configured.failedWords;
    }

    /**
     * The rules of a protocol that says where a status and an error stand, and by what an item failed; what may be tried
     * again, and which statuses are as good as done, is as configured here.
     *
     * @param statusAt empty: nowhere
     * @param errorAt empty: nowhere
     */
    public AnswerRules fixed(String statusAt, String errorAt) {
        return new AnswerRules(this, optional("answer.status", statusAt), optional("answer.error", errorAt));
    }

    /** An answer without a status says nothing of its item. */
    public AnswerRules withStatusDue() {
        isStatusDue = true;
        return this;
    }

    /** Reads the header of the answer's own response, unless another place is configured. */
    public AnswerRules withRetryAfterField() {
        retryAfterField = retryAfter == null;
        return this;
    }

    /** Whether every answer must be read as a whole to be judged. */
    public boolean isForAll() {
        return status != null || error != null && !isUsual;
    }

    /** Where an answer is to be judged if, and only if, something stands there; null: nowhere. */
    @Nullable
    public JsonPointer tellTale() {
        return isUsual ? USUAL_ERROR : null;
    }

    /** @param listed whether it stands in a list of failures */
    public Said judge(JsonNode answer, boolean listed) {
        JsonNode own = status == null ? MissingNode.getInstance() : answer.at(status);
        String text = own.isMissingNode() || own.isNull() ? null : own.isValueNode() ? own.asText() : own.toString();
        int code = text == null ? 0 : code(text);
        JsonNode wrong = wrong(answer);
        boolean again = text != null
                && (retryCodes.contains(ErrorWords.lower(text))
                        || code > 0 && retryCodes.contains(Integer.toString(code)));
        boolean isError = wrong == answer || isError(wrong);
        String word = text == null || code > 0 || isProtocol ? null : ErrorWords.lower(text);
        boolean bad = listed || again || word != null && !isDone(word) || isBad(code);
        boolean good = !listed && !again && doneStatuses.contains(code) && !ErrorWords.has(wrong, retryCodes);
        boolean failed = !good && (bad || isError);
        boolean retry = failed && (again || mayGoAgain(code, wrong, answer));
        boolean unknown = word != null && !listed && !again && !isError && !isDone(word) && !isFailed(word);
        if (!failed) {
            return isStatusDue && text == null ? NO_STATUS : Said.done(code);
        }
        String detail = detail(answer, wrong, text);
        return new Said(
                code,
                true,
                retry,
                unknown ? unknown(shown(own)) : null,
                detail,
                retry ? retryAfter(answer) : null,
                BatchLimit.isOneTooMany(detail),
                unknown,
                retry && isRefused(code, wrong, answer, detail),
                isUsual && !bad ? wrong : null);
    }

    /** What may be an error; by default also errors in the place of data, and the whole where a flag says so. */
    private JsonNode wrong(JsonNode answer) {
        JsonNode one = error == null ? MissingNode.getInstance() : answer.at(error);
        if (!isUsual || isError(one)) {
            return one;
        }
        return SaidError.isWithoutData(answer) ? answer.path(ERRORS) : Flags.denied(answer) != null ? answer : one;
    }

    /** Whether an item has the same in the same place. */
    static boolean isIn(JsonNode item, JsonNode wrong) {
        String flag = Flags.denied(wrong);
        return wrong.equals(item.at(USUAL_ERROR))
                || wrong.equals(item.path(ERRORS))
                || flag != null && wrong.path(flag).equals(item.path(flag));
    }

    private static String unknown(String word) {
        return "The answer to this item has the status '" + word
                + "' (saddlebag.answer.status), a word that is neither in"
                + " saddlebag.answer.done-words nor in saddlebag.answer.failed-words.";
    }

    /** What a status is as a number; 0: it is a word. */
    private static int code(String text) {
        Matcher matcher = STATUS.matcher(text.strip());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** What is only under way is not done either. */
    private static boolean isBad(int code) {
        return code >= 400 || code > 0 && code < 200;
    }

    private boolean isDone(String word) {
        return doneWords.contains(word) || word.equals("true");
    }

    /** Whether a word, in small letters, says that something failed. */
    public boolean isFailed(String word) {
        return failedWords.contains(word) || word.equals("false");
    }

    private boolean isError(JsonNode node) {
        if (isProtocol) {
            return !node.isMissingNode() && !node.isNull() && !node.asText().equals("false");
        }
        return SaidError.isOne(node) && !(isUsual && (node.isNumber() || node.isBoolean()));
    }

    private boolean mayGoAgain(int code, JsonNode wrong, JsonNode answer) {
        return retryStatuses.contains(code)
                || retryCodes.contains("*")
                || ErrorWords.has(wrong, retryCodes)
                || throttling.isOne(wrong)
                || answer.isObject() && (ErrorWords.has(answer, retryCodes) || throttling.isOne(answer));
    }

    /** By 429, by a word, or by a list of what goes again that says no more: nothing was done. */
    private boolean isRefused(int code, JsonNode wrong, JsonNode answer, @Nullable String detail) {
        return code == 429
                || throttling.isOne(wrong)
                || answer.isObject() && throttling.isOne(answer)
                || code == 0 && detail == null && !isProtocol && retryCodes.contains("*");
    }

    private @Nullable String detail(JsonNode answer, JsonNode wrong, @Nullable String text) {
        String detail = error == null ? ErrorText.of(answer) : ErrorText.of(answer, wrong);
        if (detail == null && wrong == answer) {
            String flag = Flags.denied(answer);
            return flag + " is " + ErrorWords.lower(answer.path(flag).asText());
        }
        return detail != null || text == null || isProtocol ? detail : shown(answer.at(status));
    }

    private static String shown(JsonNode word) {
        if (word.isContainerNode()) {
            return word.isObject() ? "an object" : "a list";
        }
        String text = word.asText();
        return text.length() <= LONGEST_WORD ? text : text.substring(0, LONGEST_WORD) + "...";
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

    /**
     * What a part says that is a response of its own.
     *
     * @param body its body, where that is JSON
     * @param when its {@code Retry-After}, or null
     */
    public Said judge(int ownStatus, @Nullable JsonNode body, @Nullable String when) {
        boolean again = retryCodes.contains(Integer.toString(ownStatus));
        boolean failed = again || isBad(ownStatus) && !doneStatuses.contains(ownStatus);
        JsonNode said = body == null ? MissingNode.getInstance() : body;
        boolean retry = failed && (again || mayGoAgain(ownStatus, said, said));
        return failed
                ? new Said(
                        ownStatus,
                        true,
                        retry,
                        null,
                        body == null ? null : ErrorText.of(body),
                        retry ? when : null,
                        false,
                        false,
                        retry && isRefused(ownStatus, said, said, null),
                        null)
                : Said.done(ownStatus);
    }

    private static Set<String> words(String list) {
        return ErrorWords.set(Setting.words(list));
    }

    private static @Nullable JsonPointer optional(String noun, String pointer) {
        return pointer.isEmpty() ? null : Json.pointer(noun, pointer);
    }

    public Throttling throttling() {
        return throttling;
    }
}
