package io.github.saddlebag.input;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.unpack.UnreadableInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds the array in a JSON document that holds its items, by a JSON pointer (RFC 6901), without keeping the document. */
final class ArrayPlace {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_NAMES = 10;
    private static final int LONGEST_NAME = 1024;

    private final ByteInput in;
    private final String pointer;

    private ArrayPlace(ByteInput in, String pointer) {
        this.in = in;
        this.pointer = pointer;
    }

    /**
     * Takes all that stands before the array.
     *
     * @param in stands at the begin of the document
     * @throws UnreadableInputException there is nothing at the pointer, or no array
     */
    static void seek(ByteInput in, String pointer) throws IOException {
        new ArrayPlace(in, pointer).seek();
    }

    private void seek() throws IOException {
        StringBuilder path = new StringBuilder();
        for (String token : pointer.substring(1).split("/", -1)) {
            int begin = in.skipSpace();
            if (begin == '{') {
                seekMember(token.replace("~1", "/").replace("~0", "~"), path.toString());
            } else if (begin == '[') {
                seekElement(token, path.toString());
            } else {
                throw missing(path.toString(), kind(begin));
            }
            path.append('/').append(token);
        }
        int begin = in.skipSpace();
        if (begin != '[') {
            throw new UnreadableInputException("At " + pointer + " of the document stands " + kind(begin)
                    + ", and its items have to be an array. Name that by --input-pointer (saddlebag.source.pointer).");
        }
    }

    private void seekMember(String name, String path) throws IOException {
        List<String> names = new ArrayList<>();
        in.take();
        while (true) {
            int b = in.skipSpace();
            if (b == ',') {
                in.take();
                continue;
            }
            if (b != '"') {
                String what =
                        names.isEmpty() ? "an object without members" : "an object with " + String.join(", ", names);
                throw missing(path, b == '}' ? what : what + ", which is broken or cut off there");
            }
            String found = string();
            if (in.skipSpace() == ':') {
                in.take();
            }
            if (found.equals(name)) {
                return;
            }
            if (names.size() < MOST_NAMES) {
                names.add(found);
            }
            skipValue();
        }
    }

    private void seekElement(String token, String path) throws IOException {
        long index = token.matches("0|[1-9]\\d{0,8}") ? Long.parseLong(token) : Long.MAX_VALUE;
        in.take();
        for (long i = 0; ; i++) {
            int b = in.skipSpace();
            if (b == ']' || b == ByteInput.END) {
                throw missing(path, "an array of " + i);
            }
            if (i == index) {
                return;
            }
            skipValue();
            if (in.skipSpace() == ',') {
                in.take();
            }
        }
    }

    private String string() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(in.take());
        int b;
        do {
            b = in.take();
            if (b != ByteInput.END && text.size() < LONGEST_NAME) {
                text.write(b);
            }
            if (b == '\\') {
                int escaped = in.take();
                if (escaped != ByteInput.END && text.size() < LONGEST_NAME) {
                    text.write(escaped);
                }
            }
        } while (b != '"' && b != ByteInput.END);
        String raw = text.toString(StandardCharsets.UTF_8);
        try {
            return JSON.readValue(raw, String.class);
        } catch (IOException e) {
            // it is none of those that are looked for
            return raw;
        }
    }

    /** To its end; what is no JSON is passed over like the rest. */
    private void skipValue() throws IOException {
        int depth = 0;
        boolean quoted = false;
        in.skipSpace();
        while (true) {
            int b = in.peek();
            if (b == ByteInput.END || !quoted && depth == 0 && (b == ',' || b == '}' || b == ']')) {
                return;
            }
            in.take();
            if (quoted) {
                if (b == '\\') {
                    in.take();
                }
                quoted = b != '"';
            } else if (b == '"') {
                quoted = true;
            } else if (b == '{' || b == '[') {
                depth++;
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
    }

    private static String kind(int begin) {
        return switch (begin) {
            case ByteInput.END -> "nothing";
            case '{' -> "an object";
            case '"' -> "a text";
            case 't', 'f' -> "true or false";
            case 'n' -> "null";
            default -> begin == '-' || begin >= '0' && begin <= '9' ? "a number" : "no JSON";
        };
    }

    private UnreadableInputException missing(String path, String what) {
        return new UnreadableInputException("The document has nothing at " + pointer + ": "
                + (path.isEmpty() ? "it is " : "at " + path + " is ") + what
                + ". Name the array of its items by --input-pointer (saddlebag.source.pointer).");
    }
}
