package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value to its end, and notes the id that stands at one pointer and where in the text the value of
 * another begins and ends. Where the JSON repeats a name, the last one counts.
 */
final class ValueScan {

    private final JsonPointer idPointer;
    private final @Nullable JsonPointer partPointer;

    /** The id's text, or null: there is none, or it is neither a string nor a number. */
    @Nullable
    String id;

    boolean numericId;

    /** Where the part begins in the text, in bytes; -1: there is none. */
    int from;

    /** Where the part ends, exclusive. */
    int to;

    private final boolean anyId;

    /** @param anyId whether an object or a list may be an id: it is known by its text, whatever its spaces and order */
    ValueScan(JsonPointer idPointer, @Nullable JsonPointer partPointer, boolean anyId) {
        this.idPointer = idPointer;
        this.partPointer = partPointer;
        this.anyId = anyId;
    }

    /** Reads the value that begins with the parser's current token, and stops at its last token. */
    void read(JsonParser parser) throws IOException {
        id = null;
        from = -1;
        read(parser, idPointer, partPointer);
    }

    private void read(JsonParser parser, @Nullable JsonPointer idRest, @Nullable JsonPointer partRest)
            throws IOException {
        boolean part = partRest != null && partRest.matches();
        int begin = part ? (int) parser.currentTokenLocation().getByteOffset() : -1;
        boolean isId = idRest != null && idRest.matches();
        JsonToken token = parser.currentToken();
        if (isId) {
            numericId = token.isNumeric();
            id = numericId || token == JsonToken.VALUE_STRING ? parser.getText() : null;
        }
        if (isId && anyId && token.isStructStart() && !part) {
            id = Json.canonical(parser);
        } else if (token.isStructStart()) {
            readChildren(parser, isId ? null : idRest, part ? null : partRest);
        } else {
            parser.finishToken();
        }
        if (part) {
            from = begin;
            to = (int) parser.currentLocation().getByteOffset();
        }
    }

    private void readChildren(JsonParser parser, @Nullable JsonPointer idRest, @Nullable JsonPointer partRest)
            throws IOException {
        if (idRest == null && partRest == null) {
            parser.skipChildren();
            return;
        }
        boolean object = parser.currentToken() == JsonToken.START_OBJECT;
        JsonToken close = object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        int index = 0;
        while (parser.nextToken() != close) {
            JsonPointer idNext;
            JsonPointer partNext;
            if (object) {
                String name = parser.currentName();
                parser.nextToken();
                idNext = idRest == null ? null : idRest.matchProperty(name);
                partNext = partRest == null ? null : partRest.matchProperty(name);
            } else {
                idNext = idRest == null ? null : idRest.matchElement(index);
                partNext = partRest == null ? null : partRest.matchElement(index);
                index++;
            }
            if (idNext != null || partNext != null) {
                read(parser, idNext, partNext);
            } else {
                parser.skipChildren();
            }
        }
    }
}
