package io.github.saddlebag.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;
import io.github.saddlebag.output.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a file was done, durably.
 *
 * @param input the file that is read
 * @param settings what the results depend on besides
 * @param place where to go on in it
 * @param reached how far it was read, and so has answers that are kept or written already
 * @param written what is written: all items before the place, and those beyond it that follow in the list
 * @param results the file that they are written to
 * @param deadLetters the file that the failed are written to
 * @param complete whether the input is done to its end
 * @param open whether what stands behind its lengths in files that several inputs share is its own, and not whole
 */
public record Checkpoint(
        InputIdentity input,
        String settings,
        ItemInput.Place place,
        long reached,
        Mark written,
        FileIdentity results,
        String deadLetters,
        boolean complete,
        boolean open) {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    byte[] bytes() throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("version", VERSION);
        json.put("complete", complete);
        json.put("open", open);
        json.put("items", written.items());
        json.put("failed", written.failed());
        json.put("offset", place.offset());
        json.put("line", place.line());
        if (place.file() > 0) {
            json.put("file", place.file());
        }
        json.put("reached", reached);
        json.put("sequence", written.next());
        ArrayNode beyond = json.putArray("beyond");
        for (Range range : written.beyond()) {
            beyond.addArray().add(range.from()).add(range.to());
        }
        ObjectNode of = json.putObject("input");
        InputIdentity.Listed listed = input.listed();
        if (listed != null) {
            of.put("index", listed.index())
                    .put("list", listed.list())
                    .put("done", listed.done())
                    .put("files", listed.files());
        }
        of.put("path", input.path())
                .put("key", input.file().key())
                .put("size", input.file().size())
                .put("modified", input.file().modified())
                .put("sampled", input.sampled())
                .put("sample", input.sample());
        json.put("settings", settings);
        json.putObject("results").put("key", results.key()).put("length", written.length());
        json.putObject("deadLetters").put("path", deadLetters).put("length", written.letterLength());
        return JSON.writeValueAsBytes(json);
    }

    /** @throws IOException it cannot be read, or is none */
    static Checkpoint of(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (json.path("version").asInt() != VERSION) {
            throw new IOException("it is not one of this version");
        }
        List<Range> beyond = new ArrayList<>();
        json.path("beyond").forEach(range -> beyond.add(new Range(number(range, 0), number(range, 1))));
        JsonNode input = json.path("input");
        long reached = json.path("reached").asLong(json.path("offset").asLong());
        return new Checkpoint(
                new InputIdentity(
                        input.path("path").asText(),
                        new FileIdentity(
                                input.path("key").asText(),
                                input.path("size").asLong(),
                                input.path("modified").asLong()),
                        input.path("sampled").asLong(reached),
                        input.path("sample").asText(),
                        listed(input)),
                json.path("settings").asText(),
                new ItemInput.Place(
                        json.path("offset").asLong(),
                        json.path("line").asLong(),
                        Math.max(0, json.path("file").asInt())),
                reached,
                new Mark(
                        json.path("sequence").asLong(),
                        beyond,
                        json.path("items").asLong(),
                        json.path("failed").asLong(),
                        json.path("results").path("length").asLong(),
                        json.path("deadLetters").path("length").asLong()),
                new FileIdentity(json.path("results").path("key").asText(), 0, 0),
                json.path("deadLetters").path("path").asText(),
                json.path("complete").asBoolean(),
                json.path("open").asBoolean());
    }

    private static InputIdentity.@Nullable Listed listed(JsonNode input) {
        return input.has("list")
                ? new InputIdentity.Listed(
                        input.path("index").asInt(),
                        input.path("list").asText(),
                        input.path("done").asText(),
                        input.path("files").asText())
                : null;
    }

    /** The same, of a run that was ended in order. */
    Checkpoint closed() {
        return new Checkpoint(input, settings, place, reached, written, results, deadLetters, complete, false);
    }

    private static long number(JsonNode list, int index) {
        return list.path(index).asLong();
    }
}
