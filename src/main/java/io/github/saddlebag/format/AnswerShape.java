package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.setting.NearMiss;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a response looks like that has no answers where they should be, and which property would find them. */
public final class AnswerShape {

    private static final int BEGINNING = 1024;
    private static final int MAX_DEPTH = 4;
    private static final int NAMES_SHOWN = 5;
    private static final int LONGEST_NAME = 40;
    private static final int LARGEST_LOOKED_AT = 1 << 20;
    private static final Pattern ID =
            Pattern.compile("^_?(?i:id|key|uid|uuid|ref|reference)$|[_-](?i:id|key|ref)$|I[dD]$");

    private static final Set<String> NO_ANSWERS = Set.of("error", "errors", "warnings");

    private AnswerShape() {}

    /** Whether a response is a page for people. */
    static boolean isHtml(byte[] body) {
        String begin = isLikeJson(body) ? "" : beginning(body);
        return begin.startsWith("<!doctype html") || begin.startsWith("<html");
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
                "the answer is " + kind + ", and no JSON; is saddlebag.call.url the address of the interface?", true);
    }

    /**
     * What is said of JSON that has no answers at the place where they should be.
     *
     * @param list where that is; empty: the whole
     * @param what should be there: a list, or an object
     * @param items how many answers there should be
     */
    public static MalformedAnswerException other(JsonNode whole, JsonPointer list, String what, int items) {
        String expected = "; there is no " + what + " at '" + list + "' (saddlebag.answer.list)";
        if (whole.isArray()) {
            return new MalformedAnswerException(
                    "the answer is a list of " + whole.size() + expected
                            + ": --set saddlebag.answer.list= takes the whole",
                    true);
        }
        if (!whole.isObject()) {
            return new MalformedAnswerException("the answer is " + scalar(whole) + expected, true);
        }
        Place found = find(whole, "", items, 0, null);
        if (found != null) {
            return new MalformedAnswerException(
                    "the answer is an object; its list of " + found.size + " is at " + found.pointer
                            + ": --set saddlebag.answer.list=" + found.pointer,
                    true);
        }
        for (Map.Entry<String, JsonNode> field : whole.properties()) {
            JsonNode value = field.getValue();
            if (value.isObject() && value.size() == items && items > 1) {
                String name = token(field.getKey());
                return new MalformedAnswerException(
                        "the answer is an object; if the " + items + " fields at /" + name
                                + " are the answers by id: --set saddlebag.answer.match=map --set saddlebag.answer.list=/"
                                + name,
                        true);
            }
        }
        String hint = whole.size() == items && items > 1
                ? "; if its " + items + " fields are the answers by id: --set saddlebag.answer.match=map"
                : items > 1 ? "; if the endpoint takes one item a request: --mode single" : "";
        return new MalformedAnswerException(
                "the answer is an object with " + names(whole) + ", and no list in it" + hint, true);
    }

    /** What is said of the only answer in a list, in which there are as many as there should be; null: there are not. */
    public static @Nullable String within(JsonNode only, JsonPointer list, int items) {
        Place found = find(only, list + "/0", items, 0, null);
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
            return said + ": --answer-id " + named;
        }
        String like = first.isObject() ? "; they are objects with " + names(first) : "";
        return said + like + "; if they come in the order of the items: --set saddlebag.answer.match=position";
    }

    /**
     * What is said of an answer that has no result at its place.
     *
     * @param result where that is
     */
    public static String withoutResult(byte[] answer, JsonPointer result) {
        String said = "The answer has nothing at " + result + " (saddlebag.answer.result)";
        JsonNode node;
        try {
            node = answer.length > LARGEST_LOOKED_AT ? MissingNode.getInstance() : Json.MAPPER.readTree(answer);
        } catch (IOException e) {
            return said + '.';
        }
        if (!node.isObject()) {
            return said + (node.isMissingNode() ? "." : "; it is " + kind(node) + ". Try --answer-result ''.");
        }
        List<String> fields = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> fields.add('/' + token(name)));
        String meant = NearMiss.of(result.toString(), fields)
                .or(() -> fields.stream()
                        .filter(field -> !ID.matcher(field.substring(1)).find())
                        .reduce((one, other) -> "")
                        .filter(field -> !field.isEmpty()))
                .map(field -> " Try --answer-result " + field + '.')
                .orElse("");
        return said + "; it has " + names(node) + '.' + meant;
    }

    /**
     * What is said of an item without an id.
     *
     * @param id where that should be
     */
    static String itemWithoutId(byte[] item, JsonPointer id) {
        String said = "The item has no string or number at " + id
                + " (saddlebag.item.id), by which its answer could be told from the others";
        JsonNode node;
        try {
            node = item.length > LARGEST_LOOKED_AT ? MissingNode.getInstance() : Json.MAPPER.readTree(item);
        } catch (IOException e) {
            node = MissingNode.getInstance();
        }
        String named = idOf(node, "", 0);
        Place list = named == null && node.isObject() ? find(node, "", 0, 0, null) : null;
        if (list != null && node.at(list.pointer).path(0).isObject()) {
            return said + "; it has " + names(node) + ". If the items are its list of " + list.size + " at "
                    + list.pointer + ": --input-pointer " + list.pointer + " (saddlebag.source.pointer).";
        }
        return said
                + (node.isObject() ? "; it has " + names(node) : "")
                + (named == null ? ". Say where its id stands (--id)" : ". Try --id " + named)
                + ", or have answers matched by position (saddlebag.answer.match).";
    }

    private static String kind(JsonNode value) {
        return value.isArray() ? "a list of " + value.size() : scalar(value);
    }

    /** What is called like an id; null: nothing. */
    private static @Nullable String idOf(JsonNode node, String at, int depth) {
        String best = null;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String pointer = at + '/' + token(field.getKey());
            JsonNode value = field.getValue();
            if ((value.isTextual() || value.isIntegralNumber())
                    && ID.matcher(field.getKey()).find()) {
                return pointer;
            }
            if (best == null && value.isObject() && depth < MAX_DEPTH) {
                best = idOf(value, pointer, depth + 1);
            }
        }
        return best;
    }

    /** A name as a JSON pointer has it (RFC 6901 3). */
    private static String token(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private record Place(String pointer, int size) {}

    /** The list with as many elements as there should be answers, or else the first one. */
    private static @Nullable Place find(JsonNode node, String at, int items, int depth, @Nullable Place before) {
        Place best = before;
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String pointer = at + '/' + token(field.getKey());
            JsonNode value = field.getValue();
            if (NO_ANSWERS.contains(field.getKey())) {
                continue;
            }
            if (value.isArray() && (best == null || value.size() == items && best.size != items)) {
                best = new Place(pointer, value.size());
            } else if (value.isObject() && depth < MAX_DEPTH) {
                best = find(value, pointer, items, depth + 1, best);
            }
        }
        return best;
    }

    private static String names(JsonNode whole) {
        StringBuilder names = new StringBuilder();
        int shown = 0;
        for (Map.Entry<String, JsonNode> field : whole.properties()) {
            if (shown++ == NAMES_SHOWN) {
                return names + " and " + (whole.size() - NAMES_SHOWN) + " more";
            }
            String name = field.getKey();
            names.append(names.isEmpty() ? "" : ", ")
                    .append(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name);
        }
        return names.isEmpty() ? "no fields" : names.toString();
    }

    private static String scalar(JsonNode value) {
        if (value.isTextual()) {
            return "a text";
        }
        return value.isNumber() ? "a number" : value.toString();
    }
}
