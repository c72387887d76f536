package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds known words in what an endpoint says of an error: its types, reasons and codes, wherever most endpoints write them.
 * Upper and lower case are the same.
 */
final class ErrorWords {

    private static final int DEEPEST = 6;

    private static final Set<String> NAMES = Set.of(
            "type",
            "__type",
            "reason",
            "code",
            "status",
            "statuscode",
            "error",
            "errorcode",
            "error_code",
            "errcode",
            "errortype",
            "error_type",
            "subcode",
            "error_subcode",
            "faultcode",
            "name",
            "key");

    /** Where an error has more of them. */
    private static final Set<String> WITHIN = Set.of(
            "error",
            "errors",
            "extensions",
            "detail",
            "details",
            "exception",
            "exceptions",
            "meta",
            "odata.error",
            "innererror",
            "root_cause",
            "fault",
            "data",
            "cause",
            "response");

    private ErrorWords() {}

    /** The words as they are compared. */
    public static Set<String> set(Collection<String> words) {
        return words.stream().map(ErrorWords::lower).collect(Collectors.toSet());
    }

    static String lower(String word) {
        return word.trim().toLowerCase(Locale.ROOT);
    }

    /** Whether an error (a word, an object or a list of such) has one of these words. */
    static boolean has(JsonNode error, Set<String> words) {
        return !words.isEmpty() && has(error, words::contains, 0);
    }

    /** Whether an error has a word, in small letters, of which this is true. */
    static boolean has(JsonNode error, Predicate<String> isOne) {
        return has(error, isOne, 0);
    }

    private static boolean has(JsonNode node, Predicate<String> words, int depth) {
        if (node.isValueNode()) {
            return !node.isNull() && isOne(node.asText(), words);
        }
        if (depth > DEEPEST) {
            return false;
        }
        if (node.isArray()) {
            for (JsonNode each : node) {
                if (has(each, words, depth + 1)) {
                    return true;
                }
            }
            return false;
        }
        for (var field : node.properties()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            JsonNode value = field.getValue();
            if ((value.isValueNode() ? NAMES : WITHIN).contains(name) && has(value, words, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Some write a namespace before the word, or an address: {@code com.amazon.coral.service#ThrottlingException}. */
    private static boolean isOne(String text, Predicate<String> words) {
        String word = lower(text);
        int behind = Math.max(word.lastIndexOf('#'), word.lastIndexOf('/')) + 1;
        return words.test(word) || words.test(word.substring(behind));
    }
}
