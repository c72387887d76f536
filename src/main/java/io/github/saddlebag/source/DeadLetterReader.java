package io.github.saddlebag.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Takes the item out of a dead letter. */
final class DeadLetterReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DeadLetterReader() {}

    /** The item as it came; the line itself, where it is no dead letter, so that it fails with its reason. */
    static byte[] item(byte[] line) {
        try {
            JsonNode letter = JSON.readTree(line);
            if (letter != null && letter.has("item")) {
                return JSON.writeValueAsBytes(letter.get("item"));
            }
            if (letter != null && letter.path("base64").isTextual()) {
                return letter.get("base64").binaryValue();
            }
            if (letter != null && letter.path("text").isTextual()) {
                return letter.get("text").asText().getBytes(StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            // not JSON: reading the item will say so
        }
        return line;
    }
}
