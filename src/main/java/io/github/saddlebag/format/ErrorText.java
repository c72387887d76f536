package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.json.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an endpoint says about an error: problem details (RFC 9457), what most others write, or plain text. */
public final class ErrorText {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_LENGTH = 300;
    private static final int MAX_DEPTH = 6;
    private static final int MAX_ERRORS = 3;

    private static final List<String> NAMES = List.of(
            "title",
            "detail",
            "error",
            "errorCode",
            "errorMessage",
            "code",
            "statusCode",
            "message",
            "msg",
            "reason",
            "description",
            "diagnostics",
            "error_description",
            "faultstring");

    /** Where an error stands that is not told at once. */
    private static final List<String> WITHIN = List.of(
            "error",
            "errors",
            "errorMessages",
            "odata.error",
            "fault",
            "detail",
            "details",
            "response",
            "outcome",
            "issue",
            "body",
            "message",
            "messages");

    private static final Pattern XML =
            Pattern.compile("<((?:\\w+:)?(?:[Cc]ode|[Mm]essage|faultstring|[Tt]ext)(?:\\s[^>]*)?)>([^<]*)</");

    private static final Pattern TITLE = Pattern.compile("(?i)<title(?:\\s[^>]*)?>([^<]*)</title>");

    private ErrorText() {}

    /** The text of a body that is an error: of the well-known fields of JSON, or as it is, shortened; null where there is none. */
    public static @Nullable String of(byte @Nullable [] body) {
        return body == null ? null : of(body, JsonField.NOWHERE);
    }

    /** The same of the object in which this place lies, if the whole says nothing. */
    public static @Nullable String of(byte[] body, JsonField near) {
        if (body.length == 0 || body.length > MAX_BYTES) {
            return body.length == 0 || isJson(body) ? null : plain(Arrays.copyOf(body, 4 * MAX_LENGTH));
        }
        try {
            JsonNode whole = Json.MAPPER.readTree(Utf8.withoutMark(body));
            String text = ofError(whole);
            JsonPointer around = near.around();
            return text != null || around == null ? text : of(whole.at(around));
        } catch (IOException e) {
            return plain(body);
        }
    }

    private static boolean isJson(byte[] body) {
        int first = new AnswerText(body, true).firstByte();
        return first == '{' || first == '[' || first == '"';
    }

    /** Text as it is; pages say little in many words. */
    private static @Nullable String plain(byte[] body) {
        String text = new String(Utf8.withoutMark(body), StandardCharsets.UTF_8)
                .replaceAll("[\\s\\p{Cntrl}]+", " ")
                .strip();
        return text.startsWith("<") ? ofXml(text) : shortened(text);
    }

    /** Of XML its code and message; of a page of HTML its title. */
    private static @Nullable String ofXml(String text) {
        Matcher title = TITLE.matcher(text);
        if (title.find()) {
            return shortened(title.group(1).strip());
        }
        return shortened(XML.matcher(text)
                .results()
                .map(found -> found.group(2).strip())
                .filter(said -> !said.isEmpty())
                .distinct()
                .collect(Collectors.joining(": ")));
    }

    /** The text of what is known to be an error: a text, an object as above, or a list of such. */
    public static @Nullable String ofError(@Nullable JsonNode error) {
        return error == null ? null : ofError(error, 0);
    }

    private static @Nullable String ofError(JsonNode error, int depth) {
        if (error.isTextual()) {
            return shortened(error.asText());
        }
        if (!error.isArray()) {
            return of(error, depth);
        }
        return shortened(Stream.iterate(0, i -> i < error.size(), i -> i + 1)
                .map(i -> depth < MAX_DEPTH ? ofError(error.get(i), depth + 1) : null)
                .filter(Objects::nonNull)
                .distinct()
                .limit(MAX_ERRORS)
                .collect(Collectors.joining("; ")));
    }

    static @Nullable String of(@Nullable JsonNode node) {
        return of(node, 0);
    }

    private static @Nullable String of(@Nullable JsonNode node, int depth) {
        if (node == null || !node.isObject() || depth > MAX_DEPTH) {
            return null;
        }
        JsonNode error = node.get("error");
        String text = error != null && error.isObject() ? of(error, depth + 1) : shortened(text(node));
        if (text != null && !isNumber(text)) {
            String fields = ofFields(node.path("errors"), 1);
            return fields == null ? text : shortened(text + ": " + fields);
        }
        String inner = WITHIN.stream()
                .map(node::get)
                .filter(each -> each != null && each.isContainerNode())
                .map(each -> ofError(each, depth + 1))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (text != null || inner != null) {
            return inner == null ? text : text == null ? inner : shortened(text + ": " + inner);
        }
        String fields = ofFields(node, depth);
        if (fields != null) {
            return fields;
        }
        JsonNode type = node.path("type");
        return type.isValueNode() ? shortened(type.asText()) : null;
    }

    /** What is wrong with each field, as lists of texts by their names; below an error only. */
    private static @Nullable String ofFields(JsonNode node, int depth) {
        if (depth == 0) {
            return null;
        }
        return shortened(node.properties().stream()
                .filter(field -> field.getValue().isArray()
                        && field.getValue().size() > 0
                        && field.getValue().get(0).isTextual())
                .limit(MAX_ERRORS)
                .map(field -> field.getKey() + ": " + ofError(field.getValue(), depth + 1))
                .collect(Collectors.joining("; ")));
    }

    /** A code alone tells nobody anything. */
    private static boolean isNumber(String text) {
        return text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    }

    private static String text(JsonNode node) {
        return NAMES.stream()
                .map(name -> node.has(name) ? node.path(name) : node.path(capitalized(name)))
                .map(value -> value.has("lang") ? value.path("value") : value)
                .filter(value -> !value.isNumber() || value != node.get("statusCode"))
                .filter(JsonNode::isValueNode)
                .filter(value -> !value.isNull())
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
