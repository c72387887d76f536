package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an endpoint says about an error: problem details (RFC 9457), or what most others write. */
public final class ErrorText {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_LENGTH = 300;

    private ErrorText() {}

    /** The text of the well-known fields of a JSON object, shortened; null where there is none. */
    public static @Nullable String of(byte @Nullable [] body) {
        return body == null ? null : of(body, JsonField.NOWHERE);
    }

    /** The same of the object in which this place lies, if the whole says nothing. */
    public static @Nullable String of(byte[] body, JsonField near) {
        if (body.length == 0 || body.length > MAX_BYTES) {
            return null;
        }
        try {
            JsonNode whole = Json.MAPPER.readTree(body);
            String text = of(whole);
            JsonPointer around = near.around();
            return text != null || around == null ? text : of(whole.at(around));
        } catch (IOException e) {
            return null;
        }
    }

    /** The text of what is known to be an error: a text, an object as above, or a list of such. */
    static @Nullable String ofError(@Nullable JsonNode error) {
        if (error != null && error.isTextual()) {
            return shortened(error.asText());
        }
        return of(error != null && error.isArray() ? error.get(0) : error);
    }

    private static @Nullable String of(@Nullable JsonNode node) {
        if (node == null || !node.isObject()) {
            return null;
        }
        JsonNode error = node.get("error");
        if (error != null && error.isObject()) {
            return of(error);
        }
        String text = text(node, "title", "detail", "error", "errorCode", "errorMessage", "code", "message", "reason");
        return shortened(text.isEmpty() ? text(node, "type") : text);
    }

    private static String text(JsonNode node, String... names) {
        return Stream.of(names)
                .map(name -> node.has(name) ? node.path(name) : node.path(capitalized(name)))
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .filter(s -> !s.isBlank())
                .distinct()
                .collect(Collectors.joining(": "));
    }

    /** Some write {@code Code} and {@code Message}. */
    private static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** What an answer says of its failure: of an error that is a mere word, what stands around it as well. */
    static @Nullable String of(JsonNode answer, JsonNode error) {
        String around = error.isContainerNode() ? null : of(answer);
        return around != null ? around : ofError(error);
    }

    private static @Nullable String shortened(String text) {
        if (text.isBlank()) {
            return null;
        }
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
