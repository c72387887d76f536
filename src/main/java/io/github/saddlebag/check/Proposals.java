package io.github.saddlebag.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.runtime.Flags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Properties that fit an endpoint better, as its answers to a few items show.
 *
 * @param result where the result is taken from; empty: the whole answer is it
 * @param id where an answer repeats its item's id
 */
public record Proposals(String mode, String result, String id) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SET = Pattern.compile("--set (saddlebag\\.[a-z.-]+)=(\\S*)");
    private static final Pattern FLAG =
            Pattern.compile("(--(?:answer-id|answer-result|id|mode|method)) ('[^']*'|[/\\w]\\S*)");

    /** Out of result lines: what their errors say that helps, or, where none failed, which part of an answer is its result. */
    public Map<String, String> of(List<String> results) throws IOException {
        Map<String, String> found = new TreeMap<>();
        List<JsonNode> answers = new ArrayList<>();
        for (String line : results) {
            JsonNode outcome = JSON.readTree(line);
            if (outcome.has("error")) {
                String error = outcome.path("error").asText();
                read(error, found);
                Cures.of(error, mode).ifPresent(cure -> read(cure, found));
            } else {
                answers.add(outcome.path("result"));
            }
        }
        if (answers.size() == results.size() && !answers.isEmpty() && result.isEmpty()) {
            partOf(answers, found);
        }
        return found;
    }

    /** What helps where no property does. */
    public List<String> cures(List<String> results) throws IOException {
        Set<String> cures = new LinkedHashSet<>();
        for (String line : results) {
            Cures.of(JSON.readTree(line).path("error").asText(), mode)
                    .filter(cure -> !cure.contains("--try"))
                    .ifPresent(cures::add);
        }
        return List.copyOf(cures);
    }

    private static void read(String text, Map<String, String> found) {
        Matcher settings = SET.matcher(text);
        while (settings.find()) {
            found.putIfAbsent(settings.group(1), plain(settings.group(2)));
        }
        Matcher flags = FLAG.matcher(text);
        while (flags.find()) {
            String value = plain(flags.group(2));
            String property = Flags.property(flags.group(1));
            if (property != null && !value.equals("POINTER")) {
                found.putIfAbsent(property, value);
            }
        }
    }

    /** Without the end of the sentence in which it stands, and without quotes. */
    private static String plain(String value) {
        String bare = value.replaceFirst("[.,;]$", "");
        return bare.startsWith("'") ? bare.replaceAll("^'|'$", "") : bare;
    }

    /** An answer with an id and one thing more: that is the result. */
    private void partOf(List<JsonNode> answers, Map<String, String> found) {
        String only = null;
        for (JsonNode answer : answers) {
            if (!answer.isObject() || answer.size() != 2 || !id.startsWith("/") || !answer.has(id.substring(1))) {
                return;
            }
            for (Map.Entry<String, JsonNode> field : answer.properties()) {
                String name = field.getKey();
                boolean other = only != null && !only.equals(name);
                if (!name.equals(id.substring(1)) && (other || !name.matches("\\w+"))) {
                    return;
                }
                only = name.equals(id.substring(1)) ? only : name;
            }
        }
        found.put("saddlebag.answer.result", "/" + only);
    }
}
