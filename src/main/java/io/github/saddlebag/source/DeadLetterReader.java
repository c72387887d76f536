package io.github.saddlebag.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes the item out of a dead letter. */
public final class DeadLetterReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DeadLetterReader() {}

    /**
     * The number of the first line, from 1, that is not blank, where that line is no dead letter; else 0. A file that is
     * given by mistake is known by it before anything is sent.
     *
     * @throws IOException the file cannot be read
     */
    public static long firstStranger(Path file) throws IOException {
        // a dead letter need not be UTF-8 to be known; its names are ASCII
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    return isDeadLetter(line) ? 0 : number;
                }
            }
        }
        return 0;
    }

    private static boolean isDeadLetter(String line) {
        try {
            JsonNode letter = JSON.readTree(line);
            return letter.path("reason").isTextual()
                    && (letter.has("item") || letter.has("text") || letter.has("base64"));
        } catch (IOException e) {
            return false;
        }
    }

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
