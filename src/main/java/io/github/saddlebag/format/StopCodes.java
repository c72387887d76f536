package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Codes, types and phrases of errors after which no request will be answered: an empty account, for one. */
public final class StopCodes {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_DEPTH = 6;
    private static final Set<String> NAMES = Set.of("code", "errorcode", "type", "__type", "reason", "status", "error");
    private static final Set<String> TEXTS = Set.of("message", "errormessage", "detail", "title", "description");

    private final List<String> codes;

    private StopCodes(List<String> codes) {
        this.codes = codes;
    }

    /** @param list separated by commas; empty: none */
    public static StopCodes of(String list) {
        return new StopCodes(Arrays.stream(list.split(","))
                .map(code -> code.trim().toLowerCase(Locale.ROOT))
                .filter(code -> !code.isEmpty())
                .toList());
    }

    /** The first of them that a response's body names as its error, or null. */
    public @Nullable String in(byte @Nullable [] body) {
        if (codes.isEmpty() || body == null || body.length == 0 || body.length > MAX_BYTES) {
            return null;
        }
        try {
            return in(Json.MAPPER.readTree(body), 0);
        } catch (IOException e) {
            return inText(new String(body, StandardCharsets.UTF_8));
        }
    }

    private @Nullable String in(JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            return null;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String found = value(field.getKey().toLowerCase(Locale.ROOT), field.getValue(), depth);
            if (found != null) {
                return found;
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                String found = in(element, depth + 1);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private @Nullable String value(String name, JsonNode value, int depth) {
        if (value.isContainerNode()) {
            return in(value, depth + 1);
        }
        String text = value.asText();
        String word = Throttling.bare(text.substring(text.lastIndexOf('#') + 1));
        if (NAMES.contains(name)
                && codes.stream().anyMatch(code -> Throttling.bare(code).equals(word))) {
            return text;
        }
        return NAMES.contains(name) || TEXTS.contains(name) ? inText(text) : null;
    }

    /** Where it stands as a word, or as words, of its own. */
    public @Nullable String inText(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String code : codes) {
            int at = lower.indexOf(code);
            while (at >= 0) {
                if (!isWord(lower, at - 1) && !isWord(lower, at + code.length())) {
                    return code;
                }
                at = lower.indexOf(code, at + 1);
            }
        }
        return null;
    }

    private static boolean isWord(String text, int at) {
        return at >= 0 && at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_');
    }
}
