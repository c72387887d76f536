package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** The JSON library as it is used here. */
public final class Json {

    /** The deepest nesting that is read, so that no text can exhaust the stack. */
    static final int MAX_DEPTH = 1000;

    /** The most characters of a number that is read; to convert longer ones takes ages. */
    static final int MAX_NUMBER_LENGTH = 1000;

    /** UTF-8 and nothing else: what is guessed to be UTF-16 would be sent on, and cut, at the wrong places. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    public static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    /** What comes next to JSON: what some write who build it by hand, or have numbers that it cannot say. */
    public static final JsonFactory NEAR = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(FACTORY.streamReadConstraints())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
            .build();

    public static final ObjectMapper NEAR_MAPPER = new ObjectMapper(NEAR);

    private static final ObjectWriter CANONICAL = JsonMapper.builder()
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
            .build()
            .writer();

    private Json() {}

    /** What is wrong with a text that could not be read, as the rest of a sentence that begins with it; never its content. */
    public static String fault(IOException e) {
        if (!(e instanceof StreamConstraintsException)) {
            return "is not valid JSON";
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("nesting depth")) {
            return "is nested more than " + MAX_DEPTH + " levels deep";
        }
        return message.startsWith("Number")
                ? "has a number of more than " + MAX_NUMBER_LENGTH + " characters"
                : "has a name that is too long";
    }

    /** The value at the parser's current token as text that is the same for equal values; the parser ends at its last token. */
    static String canonical(JsonParser parser) throws IOException {
        return CANONICAL.writeValueAsString(MAPPER.readValue(parser, Object.class));
    }

    /** @throws IOException it is anything but one JSON value */
    public static void check(byte[] json) throws IOException {
        if (!Utf8.isValid(json)) {
            throw new CharacterCodingException();
        }
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new JsonParseException(parser, "empty");
            }
            parser.skipChildren();
            parser.finishToken();
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the JSON value");
            }
        }
    }

    /** JSON on one line: between its parts a line break is mere space, and within a string there can be none. */
    public static byte[] onOneLine(byte[] json) {
        byte[] line = json;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                line = line == json ? json.clone() : line;
                line[i] = ' ';
            }
        }
        return line;
    }

    /** The text of what stands at a pointer, or null: nothing, or null. */
    public static @Nullable String textAt(JsonNode node, JsonPointer pointer) {
        JsonNode found = node.at(pointer);
        if (found.isMissingNode() || found.isNull()) {
            return null;
        }
        return found.isValueNode() ? found.asText() : found.toString();
    }

    /**
     * Parses a JSON pointer (RFC 6901).
     *
     * @param noun what it configures, for the message
     */
    public static JsonPointer pointer(String noun, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            String path = text.replaceAll("[\\[\\]$.'\"/]+", "/").replaceAll("^/|/$", "");
            throw Setting.bad(
                    noun,
                    text,
                    "a JSON pointer is empty or starts with a slash, for example /" + (path.isEmpty() ? "id" : path)
                            + ".");
        }
    }
}
