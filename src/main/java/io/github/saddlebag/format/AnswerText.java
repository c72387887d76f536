package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.LeanTokens;
import io.github.saddlebag.json.Utf8;
import java.io.IOException;
import java.util.Arrays;

/**
 * The text of a response: read as the JSON that it is, or, where it is none, as what comes next to it, so that one bad
 * answer does not hide the others.
 *
 * @param bytes what is read
 * @param isNear whether it is read as what is next to JSON
 */
public record AnswerText(byte[] bytes, boolean isNear) {

    public static AnswerText of(byte[] body) {
        return new AnswerText(Utf8.withoutMark(body), false);
    }

    /** The same as what is next to JSON; bytes that are not UTF-8 stay what nobody can read. */
    public static AnswerText near(byte[] body) {
        return new AnswerText(Utf8.withoutMark(body), true);
    }

    /** @throws MalformedAnswerException it is not UTF-8 */
    public JsonParser parser() throws IOException {
        if (!isNear && !Utf8.isValid(bytes)) {
            throw malformed("is not UTF-8");
        }
        return isNear ? Json.NEAR.createParser(Utf8.readable(bytes)) : Json.FACTORY.createParser(bytes);
    }

    public JsonNode tree() throws IOException {
        return tree(0, bytes.length);
    }

    public JsonNode tree(int from, int to) throws IOException {
        return isNear
                ? Json.NEAR_MAPPER.readTree(Utf8.readable(Arrays.copyOfRange(bytes, from, to)))
                : Json.MAPPER.readTree(bytes, from, to - from);
    }

    /** Whether what stands between is JSON. */
    public boolean isJson(int from, int to) {
        if (!isNear) {
            return true;
        }
        try {
            Json.check(Arrays.copyOfRange(bytes, from, to));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where a value ends: behind a number that stands alone, the parser is one space further. */
    public int end(int from, int to) {
        return to > from && bytes[to - 1] >= 0 && bytes[to - 1] <= ' ' ? to - 1 : to;
    }

    /** The first byte that is no space; -1: there is none. */
    public int firstByte() {
        int at = LeanTokens.space(bytes, 0);
        return at < bytes.length ? bytes[at] : -1;
    }

    public MalformedAnswerException malformed(String what) {
        return malformed(what, false);
    }

    /** @param otherShape whether it is whole, and something else than an answer */
    public MalformedAnswerException malformed(String what, boolean otherShape) {
        return new MalformedAnswerException("the response " + what + "; it has " + bytes.length + " bytes", otherShape);
    }
}
