package io.github.saddlebag.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;

/** How the first JSON value of a text stands in it: alone in a line, as JSON lines do, or otherwise. */
enum FirstValue {
    /** In a line of its own, or it is no JSON. */
    IN_A_LINE,
    /** It spans lines, or another one follows in its line. */
    OF_ANY_LAYOUT,
    /** The text ends within its first line. */
    OPEN;

    private static final JsonFactory JSON = new JsonFactory();

    static FirstValue of(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null || !token.isStructStart()) {
                return IN_A_LINE;
            }
            try {
                parser.skipChildren();
            } catch (JsonProcessingException e) {
                if (e.getLocation().getLineNr() <= firstLine(text)) {
                    return e instanceof JsonEOFException ? OPEN : IN_A_LINE;
                }
                // a first line that is broken makes no document of the others
                return text.stripLeading().lines().skip(1).anyMatch(FirstValue::isWhole) ? IN_A_LINE : OF_ANY_LAYOUT;
            }
            int end = (int) parser.currentLocation().getCharOffset();
            String value = text.substring(0, end).stripLeading();
            String behind = text.substring(end).lines().findFirst().orElse("").strip();
            boolean another = behind.startsWith("{") || behind.startsWith("[");
            return value.indexOf('\n') >= 0 || another ? OF_ANY_LAYOUT : IN_A_LINE;
        } catch (IOException e) {
            return IN_A_LINE;
        }
    }

    /** Whether a line is an object or a list by itself. */
    private static boolean isWhole(String line) {
        try (JsonParser parser = JSON.createParser(line)) {
            JsonToken token = parser.nextToken();
            if (token == null || !token.isStructStart()) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static int firstLine(String text) {
        String space = text.substring(0, text.length() - text.stripLeading().length());
        return 1 + (int) space.chars().filter(c -> c == '\n').count();
    }
}
