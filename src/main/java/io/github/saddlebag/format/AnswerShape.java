package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.saddlebag.json.Fields;
import io.github.saddlebag.json.Flags;
import io.github.saddlebag.setting.NearMiss;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a response looks like that has no answers where they should be, and which property would find them. */
public final class AnswerShape {

    private static final int BEGINNING = 1024;
    private static final int MAX_DEPTH = 4;
    private static final Pattern ID =
            Pattern.compile("^_?(?i:id|key|uid|uuid|ref|reference)$|[_-](?i:id|key|ref)$|I[dD]$");

    private static final Pattern TEXT = Pattern.compile("[a-z()#*:;/']");
    private static final Pattern JSON_WORD = Pattern.compile("(?:true|false|null)\\b");

    /** As no column is called: it is the value of a row. */
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d.,]*");

    /** What a list of failures is called, or of what is no answer. */
    private static final Pattern FAILURES =
            Pattern.compile("(?i)(failed|failures?|errors?|warnings|rejected|refused|unprocessed)"
                    + "[-_]?(items|ids|records|entries|rows|results|list)?");

    private AnswerShape() {}

    /** Whether a response is a page for people. */
    static boolean isHtml(byte[] body) {
        String begin = isLikeJson(body) ? "" : beginning(body);
        return begin.startsWith("<!doctype html") || begin.startsWith("<html");
    }

    /** Whether a response begins as no JSON does, not even one that is cut off. */
    public static boolean isText(byte[] body) {
        String begin = isLikeJson(body) ? "" : beginning(body);
        return TEXT.matcher(begin).lookingAt() && !JSON_WORD.matcher(begin).lookingAt();
    }

    /** Almost all are: then nothing has to be looked at. */
    private static boolean isLikeJson(byte[] body) {
        return body.length > 0 && (body[0] == '{' || body[0] == '[');
    }

    private static String beginning(byte[] body) {
        return new String(body, 0, Math.min(body.length, BEGINNING), StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .stripLeading()
                .toLowerCase(Locale.ROOT);
    }

    /** What is said of a page, where the answer should be JSON; null: it is none. */
    public static @Nullable MalformedAnswerException page(byte[] body) {
        if (isLikeJson(body)) {
            return null;
        }
        String text = beginning(body);
        if (!text.startsWith("<")) {
            return null;
        }
        String kind = text.contains("<html") || text.contains("<!doctype html") ? "an HTML page" : "XML";
        return new MalformedAnswerException(
                "the answer is " + kind + ", not JSON; is saddlebag.call.url the address of the API?", true);
    }

    /**
     * What is said of JSON that has no answers at the place where they should be.
     *
     * @param list where that is; empty: the whole
     * @param what should be there: a list, or an object
     * @param items how many answers there should be
     */
    public static MalformedAnswerException other(JsonNode whole, JsonPointer list, String what, int items) {
        return new MalformedAnswerException(otherText(whole, list, what, items), true);
    }

    private static String otherText(JsonNode whole, JsonPointer list, String what, int items) {
        String expected = list.matches()
                ? ", and no " + what + " of answers; is saddlebag.call.url the address of the API?"
                : "; there is no " + what + " at '" + list + "' (saddlebag.answer.list)";
        if (whole.isArray() && list.matches()) {
            return "the answer is a list of " + whole.size() + ", and no " + what + " of answers:"
                    + " --set saddlebag.answer.match=id (or position)";
        }
        if (whole.isArray()) {
            return "the answer is a list of " + whole.size() + expected
                    + ": --set saddlebag.answer.list= takes the whole";
        }
        if (!whole.isObject()) {
            return "the answer is " + Fields.kind(whole) + expected;
        }
        String said = Flags.denied(whole) == null ? null : ErrorText.of(whole);
        if (said != null) {
            return "the endpoint says that it failed: " + said;
        }
        Place found = find(whole, "", items, 0, null, false);
        Place failed = find(whole, "", items, 0, null, true);
        if (found != null) {
            return "the answer is an object; its list of " + found.size + " is at " + found.pointer
                    + ": --set saddlebag.answer.list=" + found.pointer
                    + (failed == null
                            ? ""
                            : ", with failures at " + failed.pointer + ": --set saddlebag.answer.failures="
                                    + failed.pointer);
        }
        for (Map.Entry<String, JsonNode> field : whole.properties()) {
            JsonNode value = field.getValue();
            if (value.isObject() && value.size() == items && items > 1) {
                String name = Fields.token(field.getKey());
                return "the answer is an object; if the " + items + " fields at /" + name
                        + " are the answers by id: --set saddlebag.answer.match=map --set saddlebag.answer.list=/"
                        + name;
            }
        }
        if (failed != null) {
            return "the answer is an object with " + Fields.names(whole)
                    + "; if it lists only what failed: --set saddlebag.answer.match=failures"
                    + " --set saddlebag.answer.failures=" + failed.pointer;
        }
        String hint = whole.size() == items && items > 1
                ? "; if its " + items + " fields are the answers by id: --set saddlebag.answer.match=map"
                : items > 1 ? "; if the endpoint takes one item a request: --mode single" : "";
        return "the answer is an object with " + Fields.names(whole) + ", and no list in it" + hint;
    }

    /** What is said of the only answer in a list, in which there are as many as there should be; null: there are not. */
    public static @Nullable String within(JsonNode only, JsonPointer list, int items) {
        Place found = find(only, list + "/0", items, 0, null, false);
        return found == null || found.size != items || items < 2
                ? null
                : "the answer is a list of one object; its list of " + found.size + " is at " + found.pointer
                        + ": --set saddlebag.answer.list=" + found.pointer;
    }

    /**
     * What is said of answers of which none has an id.
     *
     * @param first the first of them
     * @param id where the id should be
     */
    public static String nameless(JsonNode first, int size, JsonPointer id) {
        String said = "none of the " + size + " answers has an id at '" + id + "' (saddlebag.answer.id)";
        String named = idOf(first, "", 0);
        if (named != null) {
            return said + ": --answer-id " + Fields.word(named);
        }
        String like = first.isObject() ? "; they are objects with " + Fields.names(first) : "";
        return said + like + "; if they come in the order of the items: --set saddlebag.answer.match=position";
    }

    /**
     * What is said of an answer that has no result at its place.
     *
     * @param result where that is
     */
    public static String withoutResult(byte[] answer, JsonPointer result) {
        String said = "The answer has nothing at " + result + " (saddlebag.answer.result)";
        JsonNode node = Fields.of(answer);
        if (node == null || node.isMissingNode()) {
            return said + '.';
        }
        if (!node.isObject()) {
            return said + "; it is " + Fields.kind(node) + ". Try --answer-result ''.";
        }
        List<String> fields = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> fields.add('/' + Fields.token(name)));
        String meant = NearMiss.of(result.toString(), fields)
                .or(() -> fields.stream()
                        .filter(field -> !ID.matcher(field.substring(1)).find())
                        .reduce((one, other) -> "")
                        .filter(field -> !field.isEmpty()))
                .map(field -> " Try --answer-result " + Fields.word(field) + '.')
                .orElse("");
        return said + "; it has " + Fields.names(node) + '.' + meant;
    }

    /**
     * What is said of an item without an id.
     *
     * @param id where that should be
     */
    static String itemWithoutId(byte[] item, JsonPointer id) {
        String said = "The item has no string or number at " + id
                + " (saddlebag.item.id), by which its answer could be told from the others";
        JsonNode node = Fields.of(item);
        if (node == null || node.isMissingNode()) {
            return said
                    + ". Say where its id stands (--id), or have answers matched by position (saddlebag.answer.match).";
        }
        JsonNode there = id.matches() ? MissingNode.getInstance() : node.at(id);
        String named = idOf(node, "", 0);
        Place list = named == null && node.isObject() ? find(node, "", 0, 0, null, false) : null;
        if (list != null && node.at(list.pointer).path(0).isObject()) {
            return said + "; it has " + Fields.names(node) + ". If the items are its list of " + list.size + " at "
                    + list.pointer + ": --input-pointer " + list.pointer + " (saddlebag.source.pointer).";
        }
        String has = !there.isMissingNode()
                ? "; there it has " + Fields.kind(there)
                : node.isObject() ? "; it has " + Fields.names(node) : "; it is " + Fields.kind(node);
        String first = node.isObject() && !node.isEmpty() ? node.fieldNames().next() : "";
        String cure = named != null
                ? ". Try --id " + Fields.word(named)
                : NUMBER.matcher(first).matches()
                        ? ". If the first row is no header, put one in front of it"
                        : node.isTextual() ? ". If it is an id itself: --id ''" : ". Say where its id stands (--id)";
        return said + has + cure + ", or have answers matched by position (saddlebag.answer.match).";
    }

    /** The pointer to what is called like an id; null: nothing is. */
    public static @Nullable String idOf(JsonNode node) {
        return idOf(node, "", 0);
    }

    private static @Nullable String idOf(JsonNode node, String at, int depth) {
        String best = null;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String pointer = at + '/' + Fields.token(field.getKey());
            JsonNode value = field.getValue();
            if ((value.isTextual() || value.isIntegralNumber())
                    && ID.matcher(field.getKey().strip()).find()) {
                return pointer;
            }
            if (best == null && value.isObject() && depth < MAX_DEPTH) {
                best = idOf(value, pointer, depth + 1);
            }
        }
        return best;
    }

    private record Place(String pointer, int size) {}

    /**
     * The list with as many elements as there should be answers, or else the first one.
     *
     * @param failures whether that of the failures is looked for; else nothing called like them is looked at
     */
    private static @Nullable Place find(
            JsonNode node, String at, int items, int depth, @Nullable Place before, boolean failures) {
        Place best = before;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String pointer = at + '/' + Fields.token(field.getKey());
            JsonNode value = field.getValue();
            boolean isFailures = FAILURES.matcher(field.getKey()).matches();
            if (isFailures && !failures) {
                continue;
            }
            if (value.isArray()
                    && isFailures == failures
                    && (best == null || value.size() == items && best.size != items)) {
                best = new Place(pointer, value.size());
            } else if (value.isObject() && depth < MAX_DEPTH) {
                best = find(value, pointer, items, depth + 1, best, failures);
            }
        }
        return best;
    }
}
