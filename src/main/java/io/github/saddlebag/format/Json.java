package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.setting.Setting;

/** The JSON library as it is used here. */
final class Json {

    static final JsonFactory FACTORY = new JsonFactory();
    static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private Json() {}

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
