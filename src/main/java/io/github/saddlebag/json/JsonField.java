package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The text at one place of a JSON document. It is read no further than to that place. */
public final class JsonField {

    /** No place: never is anything there. */
    public static final JsonField NOWHERE = new JsonField(null);

    private final @Nullable JsonPointer pointer;

    private JsonField(@Nullable JsonPointer pointer) {
        this.pointer = pointer;
    }

    /**
     * @param noun what it configures, for the message where the pointer is none
     * @param pointer a JSON pointer (RFC 6901); empty: no place, where never is anything
     */
    public static JsonField at(String noun, String pointer) {
        return new JsonField(pointer.isEmpty() ? null : Json.pointer(noun, pointer));
    }

    /** The object or list in which the place lies; null: it is no place. */
    @Nullable
    public JsonPointer around() {
        return pointer == null ? null : pointer.head();
    }

    /** A text as it stands within a JSON string. */
    public static String escaped(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** The string, number or boolean that stands there; null: nothing does, or it is no JSON up to there. */
    public @Nullable String in(byte[] json) {
        if (pointer == null) {
            return null;
        }
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            parser.nextToken();
            return in(parser, pointer);
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String in(JsonParser parser, JsonPointer from) throws IOException {
        JsonPointer rest = from;
        while (rest != null && !rest.matches()) {
            rest = descend(parser, rest);
        }
        JsonToken token = parser.currentToken();
        return rest != null && token != null && token.isScalarValue() && token != JsonToken.VALUE_NULL
                ? parser.getText()
                : null;
    }

    /** Goes to the child that the pointer names; null: there is none. */
    private static @Nullable JsonPointer descend(JsonParser parser, JsonPointer pointer) throws IOException {
        JsonToken open = parser.currentToken();
        boolean object = open == JsonToken.START_OBJECT;
        if (!object && open != JsonToken.START_ARRAY) {
            return null;
        }
        int index = 0;
        JsonToken token = parser.nextToken();
        while (token != null && token != JsonToken.END_OBJECT && token != JsonToken.END_ARRAY) {
            JsonPointer next = object ? pointer.matchProperty(parser.currentName()) : pointer.matchElement(index++);
            if (object) {
                parser.nextToken();
            }
            if (next != null) {
                return next;
            }
            parser.skipChildren();
            token = parser.nextToken();
        }
        return null;
    }

    /** Whether it is one JSON value, complete. */
    public static boolean isJson(byte[] text) {
        try (JsonParser parser = Json.FACTORY.createParser(text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
