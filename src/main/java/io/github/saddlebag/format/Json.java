package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The JSON library as it is used here. */
final class Json {

    static final JsonFactory FACTORY = new JsonFactory();
    static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private static final ObjectWriter CANONICAL = JsonMapper.builder()
            .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
            .build()
            .writer();

    private Json() {}

    /** The value at the parser's current token as text that is the same for equal values; the parser ends at its last token. */
    static String canonical(JsonParser parser) throws IOException {
        return CANONICAL.writeValueAsString(MAPPER.readValue(parser, Object.class));
    }

    /** The text of what stands at a pointer, or null: nothing, or null. */
    static @Nullable String textAt(JsonNode node, JsonPointer pointer) {
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
    static JsonPointer pointer(String noun, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException e) {
            throw Setting.bad(noun, text, "a JSON pointer is empty or starts with a slash, for example /id.");
        }
    }
}
