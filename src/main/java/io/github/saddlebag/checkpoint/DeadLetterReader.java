package io.github.saddlebag.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.support.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the item out of a dead letter. */
public final class DeadLetterReader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CONFLICT = 409;
    private static final int LONGEST_LOOKED_AT = 1 << 16;

    /** What gateways say when they lost sight of a request. */
    private static final Set<Integer> UNKNOWN = Set.of(502, 504, 520, 524);

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

    /** Whether the first line that is not blank is a dead letter; a file of nothing else has none. */
    public static boolean isFirst(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            char[] first = new char[LONGEST_LOOKED_AT];
            int length = lines.read(first);
            String line = new String(first, 0, Math.max(0, length))
                    .stripLeading()
                    .lines()
                    .findFirst()
                    .orElse("");
            return isDeadLetter(line);
        }
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

    /**
     * A dead letter.
     *
     * @param item the item as it came, to the byte; the line itself, where it is no dead letter, so that it fails with
     *     its reason
     * @param occasion what sets its next request apart from the last one; the same as with that one, where nobody knows
     *     whether the endpoint has done it
     * @param isRepeated whether it is the same
     */
    public record Letter(byte[] item, String occasion, boolean isRepeated) {}

    /** @param anew whether its next request is to be another one in any case */
    public static Letter read(byte[] line, boolean anew) {
        try {
            JsonNode letter = JSON.readTree(line);
            byte[] item = letter == null ? null : item(letter, line);
            if (item != null) {
                boolean repeated = !anew && isUnknown(letter);
                // the same for the same letter, so that a replay that goes on does so with its own keys
                String occasion = repeated ? letter.path("occasion").asText() : digest(line);
                return new Letter(item, occasion, repeated);
            }
        } catch (IOException e) {
            // not JSON: reading the item will say so
        }
        return new Letter(line, "", false);
    }

    private static byte @Nullable [] item(JsonNode letter, byte[] line) throws IOException {
        if (letter.has("item")) {
            return raw(line);
        }
        if (letter.path("base64").isTextual()) {
            return letter.get("base64").binaryValue();
        }
        return letter.path("text").isTextual() ? letter.get("text").asText().getBytes(StandardCharsets.UTF_8) : null;
    }

    /** The last {@code item} of the letter as it is written there. */
    private static byte[] raw(byte[] line) throws IOException {
        byte[] item = line;
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals("item");
                parser.nextToken();
                long begin = parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                if (begin < 0) {
                    throw new IOException("it is JSON in another encoding, which no line is");
                }
                if (wanted) {
                    item = Arrays.copyOfRange(
                            line, (int) begin, (int) parser.currentLocation().getByteOffset());
                }
            }
        }
        return item;
    }

    /**
     * Whether nobody knows what came of the last attempt: it was not answered, or by a gateway, or by 409 after others,
     * which says that one of those is under way.
     */
    private static boolean isUnknown(JsonNode letter) {
        int attempts = letter.path("attempts").size();
        boolean ofItem = letter.has("httpStatus");
        if (attempts == 0 || ofItem) {
            return false;
        }
        int status = letter.path("status").asInt();
        return status == 0 || UNKNOWN.contains(status) || status == CONFLICT && attempts > 1;
    }

    private static String digest(byte[] line) {
        return HexFormat.of().formatHex(Sha256.begin().digest(line), 0, 16);
    }
}
