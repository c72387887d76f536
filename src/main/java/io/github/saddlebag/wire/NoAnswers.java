package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.saddlebag.format.AnswerShape;
import io.github.saddlebag.format.AnswerText;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.BatchLimit;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.ErrorText;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.SaidError;
import io.github.saddlebag.json.Flags;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a response says in which answers are missing, or are not told whose they are. */
final class NoAnswers {

    private final AnswerReader reader;
    private final AnswerText text;

    NoAnswers(AnswerReader reader, AnswerText text) {
        this.reader = reader;
        this.text = text;
    }

    /** There is no list of answers: what the response says instead. */
    Answers missing(int expected) throws IOException {
        String missing = "has no " + shape() + " at '" + reader.list() + "' (saddlebag.answer.list)";
        if (text.bytes().length > NearJson.LARGEST_TREE) {
            throw text.malformed(missing);
        }
        Answers refusal = refusal(text.tree());
        if (refusal != null) {
            return refusal;
        }
        JsonNode whole = text.tree();
        for (String name : List.of("error", "errors")) {
            if (SaidError.isOne(whole.path(name))) {
                String said = ErrorText.ofError(whole.path(name));
                if (expected > 1 && said != null && BatchLimit.isExceeded(said, expected)) {
                    return Answers.refused(said, true, false);
                }
                throw text.malformed(missing + (said == null ? "" : ", and says: " + said))
                        .saying(said);
            }
        }
        throw AnswerShape.other(whole, reader.list(), shape(), expected);
    }

    /** What answers are like that are one where many should be, or have no ids though each should; null: they are not. */
    static @Nullable String shapeOfNameless(AnswerReader reader, Answers answers, int expected) throws IOException {
        int size = answers.answered();
        boolean byId = reader.correlation() == Correlation.ID;
        if (!byId && !(reader.correlation() == Correlation.POSITION && size == 1)) {
            return null;
        }
        if (Math.max(size, expected) < 2 || size == 0 || answers.size() > size) {
            return null;
        }
        for (int i = 0; i < size; i++) {
            if (answers.id(i) != null || answers.isFailed(i)) {
                return null;
            }
        }
        JsonNode first = AnswerText.of(answers.whole(0)).tree();
        String within = size == 1 ? AnswerShape.within(first, reader.list(), expected) : null;
        return within != null || !byId ? within : AnswerShape.nameless(first, size, reader.id());
    }

    /** No failure is listed. That none happened must follow from all the rest. */
    Answers nothingFailed(Answers none, Response response, boolean listed) throws IOException {
        JsonNode whole = text.tree();
        Answers refusal = refusal(whole);
        if (refusal == null && reader.isRefusedUsual() && (Flags.denied(whole) != null || saysFailed(whole))) {
            refusal = refused(whole, JsonPointer.empty());
        }
        if (refusal != null) {
            return refusal;
        }
        JsonPointer failures = reader.failures();
        JsonNode instead = failures == null || listed ? MissingNode.getInstance() : whole.at(failures);
        if (SaidError.isOne(instead)) {
            return refused(instead, failures);
        }
        if (whole.isObject() && (response.isGood() || listed && response.status() < 300)) {
            return none;
        }
        throw text.malformed("has no failure at '" + failures
                + "' (saddlebag.answer.failures), and does not say that all" + " went well");
    }

    /** Whether it has a word or a number of its own which says that it failed. */
    private boolean saysFailed(JsonNode whole) {
        return List.of("status", "statusCode", "code").stream()
                .map(whole::path)
                .anyMatch(said -> said.asInt() >= 400 && said.asInt() < 600
                        || reader.rules().isFailed(said.asText().toLowerCase(Locale.ROOT)));
    }

    /** There are no answers: the endpoint may have said why. */
    private @Nullable Answers refusal(JsonNode whole) {
        for (JsonPointer place : reader.refusals()) {
            JsonNode reason = whole.at(place);
            if (SaidError.isOne(reason)) {
                return refused(reason, place);
            }
        }
        return null;
    }

    private Answers refused(JsonNode reason, @Nullable JsonPointer place) {
        String said = ErrorText.ofError(reason);
        return Answers.refused(
                said == null ? "an error at " + place : said,
                BatchLimit.isExceeded(said),
                reader.rules().throttling().isOneOfAll(reason));
    }

    private String shape() {
        return reader.correlation() == Correlation.MAP ? "object" : "list";
    }
}
