package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.setting.NearMiss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a JSON value has, in words for messages: the names of its fields, never their values. */
public final class Fields {

    private static final int NAMES_SHOWN = 5;
    private static final int LONGEST_NAME = 40;
    private static final int LARGEST_LOOKED_AT = 1 << 20;

    /** What a shell takes as it stands. */
    private static final Pattern PLAIN = Pattern.compile("[\\w./~:@%+,-]+");

    private static final Pattern UNCLEAR = Pattern.compile("^\\s.*|.*\\s$|.*,.*|", Pattern.DOTALL);

    private Fields() {}

    /** The value; null: it is too large to be looked at, or is none. */
    public static @Nullable JsonNode of(byte[] json) {
        try {
            return json.length > LARGEST_LOOKED_AT ? null : Json.MAPPER.readTree(json);
        } catch (IOException e) {
            return null;
        }
    }

    /** The first names of an object. */
    public static String names(JsonNode object) {
        StringBuilder names = new StringBuilder();
        int shown = 0;
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (shown++ == NAMES_SHOWN) {
                return names + " and " + (object.size() - NAMES_SHOWN) + " more";
            }
            String name = field.getKey();
            String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
            names.append(names.isEmpty() ? "" : ", ")
                    .append(UNCLEAR.matcher(cut).matches() ? '\'' + cut + '\'' : cut);
        }
        return names.isEmpty() ? "no fields" : names.toString();
    }

    /** What kind of value it is. */
    public static String kind(JsonNode value) {
        if (value.isArray()) {
            return "a list of " + value.size();
        }
        if (value.isObject()) {
            return "an object";
        }
        if (value.isTextual()) {
            return value.textValue().isEmpty() ? "an empty text" : "a text";
        }
        return value.isNumber() ? "a number" : value.toString();
    }

    /** A name as a JSON pointer has it (RFC 6901 3). */
    public static String token(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** A pointer as a shell takes it: in quotes where it must be. */
    public static String word(String pointer) {
        return PLAIN.matcher(pointer).matches() ? pointer : "'" + pointer.replace("'", "'\\''") + "'";
    }

    /** The pointer to the field of an object that was meant by another one; empty: none is near. */
    public static String near(JsonNode object, JsonPointer missing) {
        List<String> pointers = new ArrayList<>();
        object.fieldNames().forEachRemaining(name -> pointers.add('/' + token(name)));
        return NearMiss.of(missing.toString(), pointers).orElse("");
    }

    /**
     * What is there in place of what a mark such as <code>${/id}</code> looks for, as the end of a sentence.
     *
     * @param prefix of the pointer in the mark, such as {@code url:}
     */
    public static String instead(byte[] json, JsonPointer missing, String prefix) {
        JsonNode whole = of(json);
        if (whole == null) {
            return ".";
        }
        JsonNode found = whole.at(missing);
        if (!found.isMissingNode()) {
            return "; there it has " + kind(found) + '.';
        }
        if (!whole.isObject()) {
            return "; it is " + kind(whole) + ". Try ${" + prefix + (prefix.isEmpty() ? "item" : "") + "}.";
        }
        String near = near(whole, missing);
        return "; it has " + names(whole) + '.' + (near.isEmpty() ? "" : " Try ${" + prefix + near + "}.");
    }
}
