package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.Utf8;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Knows the words by which an endpoint says that there are too many calls, whatever its status says. */
public final class Throttling {

    private static final int MAX_BYTES = 64 * 1024;
    /** Of an error, it says so as well (RFC 6585 4). */
    private static final String TOO_MANY = "429";

    private static final Pattern BETWEEN = Pattern.compile("[_ -]");

    /** What servers of JSON-RPC mean by their own codes, its message tells; but {@code -32005} says so (EIP-1474). */
    private static final int LIMIT_EXCEEDED = -32005;

    private static final Pattern RATE = Pattern.compile(
            "(?i)rate.?limit|request (limit reached|count exceeded)|limited to \\d+ ?/|too many requests");
    /** A limit on what one request may ask for, which is the same later. */
    private static final Pattern SIZE = Pattern.compile("(?i)\\b(results?|logs|blocks?|response size)\\b");

    private final Set<String> codes;
    /** Those after which single items are tried again: they do so for whole requests as well, but for {@code *}. */
    private final Set<String> alsoCodes;

    public Throttling(Settings settings) {
        codes = bare(Setting.words(settings.retry().throttleCodes()));
        alsoCodes = new TreeSet<>(ErrorWords.set(Setting.words(settings.answer().retryCodes())));
        // of these, a whole request says nothing
        alsoCodes.removeAll(Set.of("*", "true", "false"));
    }

    /** Whether an error says so. */
    boolean isOne(JsonNode error) {
        return !codes.isEmpty()
                && (ErrorWords.has(error, word -> word.equals(TOO_MANY) || isCode(word)) || isOfRpc(error));
    }

    private static boolean isOfRpc(JsonNode said) {
        JsonNode error = said.path("error").isObject() ? said.path("error") : said;
        int code = error.path("code").asInt();
        String message = error.path("message").asText();
        return code >= -32099
                && code <= -32000
                && (RATE.matcher(message).find()
                        || code == LIMIT_EXCEEDED && !SIZE.matcher(message).find());
    }

    /** Some name the kind behind a point, or a package before it: {@code Throttling.User}. */
    private boolean isCode(String word) {
        int point = word.indexOf('.');
        return codes.contains(bare(word))
                || point > 0
                        && (codes.contains(bare(word.substring(0, point)))
                                || codes.contains(bare(word.substring(word.lastIndexOf('.') + 1))));
    }

    /** The same word is written as {@code RequestLimitExceeded}, {@code REQUEST_LIMIT_EXCEEDED} and with hyphens. */
    static String bare(String word) {
        return ErrorWords.lower(BETWEEN.matcher(word).replaceAll(""));
    }

    private static Set<String> bare(Collection<String> words) {
        return words.stream().map(Throttling::bare).collect(Collectors.toSet());
    }

    /** Whether an error of a whole request says so. */
    public boolean isOneOfAll(JsonNode error) {
        return isOne(error) || ErrorWords.has(error, alsoCodes);
    }

    /** Whether a response without answers says so: as JSON, or with such a word in what is no JSON. */
    public boolean isOne(byte[] body) {
        return isOne(
                body,
                text -> Arrays.stream(text.split("[^\\w.-]+"))
                        .anyMatch(word -> isCode(word) || alsoCodes.contains(ErrorWords.lower(word))));
    }

    /** Whether a response of JSON, which should have answers, is an error instead that says so. */
    public boolean isInsteadOfAnswers(byte[] body) {
        return isOne(body, text -> false);
    }

    private boolean isOne(byte[] body, Predicate<String> whereNoJson) {
        if (body.length == 0 || body.length > MAX_BYTES) {
            return false;
        }
        try {
            return isOneOfAll(Json.MAPPER.readTree(Utf8.withoutMark(body)));
        } catch (IOException e) {
            return whereNoJson.test(new String(body, StandardCharsets.UTF_8));
        }
    }

    /** Whether a field that names the error does, be there something behind the name, or a namespace before it. */
    public boolean isNamedBy(String field) {
        return Arrays.stream(field.split("[,;:]")).anyMatch(name -> isOneOfAll(TextNode.valueOf(name)));
    }
}
