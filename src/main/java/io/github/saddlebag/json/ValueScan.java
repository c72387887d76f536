package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value to its end, and notes the id that stands at one pointer and where in the text the values of
 * others begin and end. Where the JSON repeats a name, the last one counts.
 */
public final class ValueScan {

    private final JsonPointer idPointer;
    private final @Nullable JsonPointer partPointer;

    /** The id's text, or null: there is none, or it is neither a string nor a number. */
    @Nullable
    public String id;

    public boolean numericId;

    /** Where the part begins in the text, in bytes; -1: there is none. */
    public int from;

    /** Where the part ends, exclusive. */
    public int to;

    /** Where what may be an error begins and ends in the text; -1: there is none. */
    public int errorFrom;

    public int errorTo;

    /** Where a list begins whose name is that of an error with an s behind it; -1: there is none. */
    public int errorsFrom;

    /** Whether beside the place of an error a flag of success is false. */
    public boolean denied;

    private final @Nullable JsonPointer errorPointer;
    private final boolean anyId;

    /**
     * @param errorPointer where a text, an object or a list may be an error, and, by a name with an s behind it, a list of
     *     such
     * @param anyId whether an object or a list may be an id: it is known by its text, whatever its spaces and order
     */
    public ValueScan(
            JsonPointer idPointer,
            @Nullable JsonPointer partPointer,
            @Nullable JsonPointer errorPointer,
            boolean anyId) {
        this.errorPointer = errorPointer;
        this.idPointer = idPointer;
        this.partPointer = partPointer;
        this.anyId = anyId;
    }

    public ValueScan(JsonPointer idPointer, @Nullable JsonPointer partPointer, boolean anyId) {
        this(idPointer, partPointer, null, anyId);
    }

    /** Reads the value that begins with the parser's current token, and stops at its last token. */
    public void read(JsonParser parser) throws IOException {
        id = null;
        from = -1;
        errorFrom = -1;
        errorsFrom = -1;
        denied = false;
        read(parser, idPointer, partPointer, errorPointer);
    }

    private void read(
            JsonParser parser,
            @Nullable JsonPointer idRest,
            @Nullable JsonPointer partRest,
            @Nullable JsonPointer errorRest)
            throws IOException {
        boolean error = errorRest != null && errorRest.matches();
        int errorBegin = error ? (int) parser.currentTokenLocation().getByteOffset() : -1;
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
            readChildren(parser, isId ? null : idRest, part ? null : partRest, error ? null : errorRest);
        } else {
            parser.finishToken();
        }
        if (part) {
            from = begin;
            to = (int) parser.currentLocation().getByteOffset();
        }
        if (error) {
            boolean says = token.isStructStart() || token == JsonToken.VALUE_STRING;
            errorFrom = says ? errorBegin : -1;
            errorTo = (int) parser.currentLocation().getByteOffset();
        }
    }

    private void readChildren(
            JsonParser parser,
            @Nullable JsonPointer idRest,
            @Nullable JsonPointer partRest,
            @Nullable JsonPointer errorRest)
            throws IOException {
        if (idRest == null && partRest == null && errorRest == null) {
            parser.skipChildren();
            return;
        }
        boolean object = parser.currentToken() == JsonToken.START_OBJECT;
        JsonToken close = object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
        int index = 0;
        while (parser.nextToken() != close) {
            JsonPointer idNext;
            JsonPointer partNext;
            JsonPointer errorNext;
            if (object) {
                String name = parser.currentName();
                parser.nextToken();
                idNext = idRest == null ? null : idRest.matchProperty(name);
                partNext = partRest == null ? null : partRest.matchProperty(name);
                errorNext = errorRest == null ? null : errorRest.matchProperty(name);
                denied |= errorRest != null
                        && parser.currentToken().isScalarValue()
                        && Flags.isOne(name)
                        && Flags.isFalse(parser.getText());
                if (errorRest != null && isPlural(errorRest, name)) {
                    boolean isList = parser.currentToken() == JsonToken.START_ARRAY;
                    errorsFrom = isList ? (int) parser.currentTokenLocation().getByteOffset() : -1;
                }
            } else {
                idNext = idRest == null ? null : idRest.matchElement(index);
                partNext = partRest == null ? null : partRest.matchElement(index);
                errorNext = errorRest == null ? null : errorRest.matchElement(index);
                index++;
            }
            if (idNext != null || partNext != null || errorNext != null) {
                read(parser, idNext, partNext, errorNext);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static boolean isPlural(JsonPointer error, String name) {
        String one = error.getMatchingProperty();
        return error.tail() != null
                && error.tail().matches()
                && name.length() == one.length() + 1
                && name.startsWith(one)
                && name.endsWith("s");
    }
}
