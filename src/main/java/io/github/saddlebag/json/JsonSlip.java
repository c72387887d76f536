package io.github.saddlebag.json;

/** What people who write JSON by hand get wrong, told by what stands where the parser stopped. */
public final class JsonSlip {

    private JsonSlip() {}

    /**
     * The rule that is broken, as a part of a sentence with a colon in front; empty: it is something else.
     *
     * @param column where the parser stopped, from 1
     */
    public static String rule(byte[] json, int column) {
        int at = column - 1;
        if (at < 0 || at >= json.length) {
            return "";
        }
        // behind a word, the parser stands at its end
        while (at > 0 && isLetter(json[at - 1])) {
            at--;
        }
        byte found = json[at];
        byte before = before(json, at);
        if (found == '\'' || found == (byte) 0xE2) {
            return ": names and texts stand in double quotes";
        }
        if (before == ',' && (found == '}' || found == ']')) {
            return ": there is a comma too many in front of it";
        }
        if ((before == '{' || before == ',') && isLetter(found)) {
            return ": names stand in double quotes";
        }
        return before == ':' && isLetter(found) ? ": texts stand in double quotes, true, false and null do not" : "";
    }

    private static byte before(byte[] json, int at) {
        int i = at - 1;
        while (i >= 0 && json[i] <= ' ' && json[i] >= 0) {
            i--;
        }
        return i < 0 ? 0 : json[i];
    }

    private static boolean isLetter(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_';
    }
}
