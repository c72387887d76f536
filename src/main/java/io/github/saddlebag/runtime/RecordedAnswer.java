package io.github.saddlebag.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response that was kept as a file: as it came, from {@code HTTP/1.1 200} on, as {@code curl -i} prints it; or its body
 * alone; or, in a file named {@code answers.jsonl}, one for each line: {@code status}, {@code headers}, and a body as
 * {@code json} or {@code text}.
 */
public record RecordedAnswer(int status, Map<String, String> headers, byte[] body) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public static List<RecordedAnswer> read(Path file) throws UsageException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (file.getFileName().toString().equals("answers.jsonl")) {
                List<RecordedAnswer> answers = new ArrayList<>();
                int number = 0;
                for (String line :
                        new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
                    number++;
                    if (!line.isBlank()) {
                        answers.add(ofLine(file, number, line));
                    }
                }
                return answers;
            }
            return List.of(
                    startsWith(bytes, "HTTP/") ? ofMessage(file, bytes) : new RecordedAnswer(200, Map.of(), bytes));
        } catch (IOException e) {
            throw new UsageException("--answer " + file + ": it cannot be read.");
        }
    }

    private static RecordedAnswer ofLine(Path file, int number, String text) throws UsageException, IOException {
        JsonNode line;
        try {
            line = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            line = JSON.nullNode();
        }
        int status = line.path("status").asInt(200);
        if (!line.isObject()
                || !line.path("status").isMissingNode() && !line.path("status").isInt()
                || status < 100
                || status > 599) {
            throw new UsageException(
                    "--answer " + file + ": line " + number
                            + " is no answer; give {\"status\":200,\"headers\":{},\"json\":...}, or text in the place of json.");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        line.path("headers")
                .properties()
                .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        byte[] body = line.has("json")
                ? JSON.writeValueAsBytes(line.get("json"))
                : line.path("text").asText().getBytes(StandardCharsets.UTF_8);
        return new RecordedAnswer(status, headers, body);
    }

    private static RecordedAnswer ofMessage(Path file, byte[] bytes) throws UsageException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int at = 0;
        String start = null;
        while (at < bytes.length) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String line = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1).strip();
            at = Math.min(bytes.length, end + 1);
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (start == null) {
                start = line;
            } else if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        String status = start == null ? "" : start.replaceFirst("HTTP/\\S+ (\\d{3}).*", "$1");
        if (!status.matches("\\d{3}")) {
            throw new UsageException("--answer " + file + ": the first line must be like HTTP/1.1 200 OK.");
        }
        byte[] body = Arrays.copyOfRange(bytes, at, bytes.length);
        return new RecordedAnswer(Integer.parseInt(status), headers, body);
    }

    private static boolean startsWith(byte[] bytes, String text) {
        return new String(bytes, 0, Math.min(bytes.length, text.length()), StandardCharsets.ISO_8859_1).equals(text);
    }
}
