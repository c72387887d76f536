package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Tells an error from what stands in its place where there is none: nothing, an empty list, a code that means success. */
public final class SaidError {

    private static final Set<String> NONE =
            Set.of("", "none", "ok", "success", "noerror", "no error", "no_error", "false", "null", "0");

    private SaidError() {}

    public static boolean isOne(JsonNode node) {
        if (node.isObject() && isSuccess(node.path("code"))) {
            return false;
        }
        return says(node) && !(node.isValueNode() && isNone(node));
    }

    /**
     * Whether an answer has errors and no data, as GraphQL says it (section 7.1): {@code data} is null; or it is missing, as
     * is all else but {@code extensions}, and each of the errors has a message.
     */
    static boolean isWithoutData(JsonNode answer) {
        JsonNode errors = answer.path("errors");
        if (!errors.isArray() || !says(errors)) {
            return false;
        }
        return answer.has("data") ? answer.path("data").isNull() : isAlone(answer) && allHaveMessages(errors);
    }

    private static boolean isAlone(JsonNode answer) {
        return answer.size() == (answer.has("extensions") ? 2 : 1);
    }

    private static boolean allHaveMessages(JsonNode errors) {
        for (JsonNode each : errors) {
            if (!each.path("message").isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSuccess(JsonNode code) {
        return code.isValueNode()
                && !code.isNull()
                && (isNone(code) || code.asText().matches("2\\d\\d"));
    }

    private static boolean isNone(JsonNode word) {
        return NONE.contains(ErrorWords.lower(word.asText()));
    }

    /** Whether there is anything in it. */
    private static boolean says(JsonNode node) {
        if (node.isContainerNode()) {
            for (JsonNode each : node) {
                if (says(each)) {
                    return true;
                }
            }
            return false;
        }
        return !node.isMissingNode()
                && !node.isNull()
                && !node.asText().isBlank()
                && !(node.isNumber() && node.asDouble() == 0)
                && !(node.isBoolean() && !node.asBoolean());
    }
}
