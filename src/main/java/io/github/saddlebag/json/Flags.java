package io.github.saddlebag.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names under which many interfaces say whether what was asked for went well: true or false. */
public final class Flags {

    private static final List<String> NAMES = List.of("success", "succeeded", "ok");
    private static final List<byte[]> BYTES =
            NAMES.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toList();

    private Flags() {}

    static boolean isOne(String name) {
        return NAMES.contains(name);
    }

    /** The same of a name that stands in a text. */
    static boolean isOne(byte[] json, int from, int to) {
        for (byte[] name : BYTES) {
            if (Arrays.equals(name, 0, name.length, json, from, to)) {
                return true;
            }
        }
        return false;
    }

    /** The name of the flag by which an object says that it did not go well; null: there is none. */
    public static @Nullable String denied(JsonNode whole) {
        return NAMES.stream()
                .filter(name ->
                        whole.path(name).isBoolean() && !whole.path(name).asBoolean())
                .findFirst()
                .orElse(null);
    }
}
