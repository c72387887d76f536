package io.github.saddlebag.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names under which many interfaces say whether what was asked for went well: true or false, or 1 or 0, at times as a
 * text. Upper and lower case are the same.
 */
public final class Flags {

    private static final List<String> NAMES = List.of("success", "succeeded", "ok");
    private static final List<String> FALSE = List.of("false", "0", "no", "f", "n");
    /** As a number it tells how many succeeded. */
    private static final String COUNT = "succeeded";

    private Flags() {}

    static boolean isOne(String name) {
        return NAMES.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The same of a name that stands in a text. */
    static boolean isOne(byte[] json, int from, int to) {
        int length = to - from;
        int first = LeanTokens.at(json, from) | 0x20;
        return (length == 2 && first == 'o' || (length == 7 || length == 9) && first == 's')
                && isOne(new String(json, from, length, StandardCharsets.ISO_8859_1));
    }

    /** Whether a value in a text may be false: it begins like that. */
    static boolean mayBeFalse(byte[] json, int at) {
        return switch (LeanTokens.at(json, at)) {
            case 'f', '0' -> true;
            case '"' -> {
                int first = LeanTokens.at(json, at + 1) | 0x20;
                yield first == 'f' || first == 'n' || first == '0';
            }
            default -> false;
        };
    }

    static boolean isFalse(String value) {
        return FALSE.stream().anyMatch(value::equalsIgnoreCase);
    }

    /** The name of the flag by which an object says that it did not go well; null: there is none. */
    public static @Nullable String denied(JsonNode whole) {
        for (var field : whole.properties()) {
            JsonNode value = field.getValue();
            boolean isCount = value.isNumber() && field.getKey().equalsIgnoreCase(COUNT);
            if (isOne(field.getKey()) && !isCount && isFalse(value.asText())) {
                return field.getKey();
            }
        }
        return null;
    }
}
