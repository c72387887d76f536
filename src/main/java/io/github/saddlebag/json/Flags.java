package io.github.saddlebag.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names under which many interfaces say whether what was asked for went well: true or false, at times as a text.
 * Upper and lower case are the same.
 */
public final class Flags {

    private static final List<String> NAMES = List.of("success", "succeeded", "ok");

    private Flags() {}

    static boolean isOne(String name) {
        return NAMES.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The same of a name that stands in a text. */
    static boolean isOne(byte[] json, int from, int to) {
        int length = to - from;
        return (length == 2 || length == 7 || length == 9)
                && isOne(new String(json, from, length, StandardCharsets.ISO_8859_1));
    }

    /** Whether a value in a text may be false: it begins like that. */
    static boolean mayBeFalse(byte[] json, int at) {
        int first = LeanTokens.at(json, at);
        return first == 'f' || first == '"' && (LeanTokens.at(json, at + 1) | 0x20) == 'f';
    }

    static boolean isFalse(String value) {
        return value.equalsIgnoreCase("false");
    }

    /** The name of the flag by which an object says that it did not go well; null: there is none. */
    public static @Nullable String denied(JsonNode whole) {
        for (var field : whole.properties()) {
            JsonNode value = field.getValue();
            if (isOne(field.getKey()) && (value.isBoolean() || value.isTextual()) && isFalse(value.asText())) {
                return field.getKey();
            }
        }
        return null;
    }
}
