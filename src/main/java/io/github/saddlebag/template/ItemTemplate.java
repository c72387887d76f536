package io.github.saddlebag.template;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Fields;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.json.ValueScan;
import io.github.saddlebag.setting.Setting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What stands for an item in a request: text with marks.
 *
 * <ul>
 *   <li><code>${item}</code>: the item as it came
 *   <li><code>${text}</code>: the item's JSON as a JSON string, for endpoints that want text
 *   <li><code>${raw:/pointer}</code>: a string without its quotes, a number or a boolean, for requests that are plain text
 *   <li><code>${/pointer}</code>: a part of the item (RFC 6901), as it stands there
 *   <li><code>${url:/pointer}</code>: a string, number or boolean of the item, percent-encoded for an address (RFC 3986)
 *   <li><code>${id}</code>: the item's id, as JSON
 *   <li><code>${index}</code>: its place in the request, from 0
 * </ul>
 */
public final class ItemTemplate {

    private static final Pattern MARK = Pattern.compile("\\$\\{([^}]*)}");

    private interface Piece {
        byte[] of(Item item, int index);
    }

    private final List<Piece> pieces = new ArrayList<>();
    private final List<JsonPointer> parts = new ArrayList<>();
    private final List<JsonPointer> scalars = new ArrayList<>();
    private final String text;
    private final boolean oneLine;
    private boolean named;
    private final boolean plain;
    private @Nullable String raw;

    /**
     * @param noun the property, for messages
     * @param text the template; empty: the item as it came
     * @param around what stands around that, with {@code ${item}} for its place; empty: nothing
     */
    public ItemTemplate(String noun, String text, String around) {
        this(noun, around.isEmpty() ? orItem(text) : around.replace("${item}", orItem(text)), false);
    }

    private ItemTemplate(String noun, String text, boolean oneLine) {
        this.text = text;
        this.oneLine = oneLine;
        plain = text.equals("${item}");
        Matcher mark = MARK.matcher(text);
        int at = 0;
        while (mark.find()) {
            literal(text.substring(at, mark.start()));
            pieces.add(piece(noun, mark.group(1)));
            at = mark.end();
        }
        literal(text.substring(at));
    }

    private static String orItem(String text) {
        return text.isEmpty() ? "${item}" : text;
    }

    /**
     * The configured one.
     *
     * @param format the wire format: unquoted marks are for {@code text}, for in JSON a value could break out of its place
     * @param text empty: the item as it came; one that begins with the name of a language is {@link ItemExpression}'s
     */
    public static ItemTemplate of(String format, String text) {
        ItemTemplate template = new ItemTemplate("call.item", ItemExpression.isOne(text) ? "" : text, "");
        if (template.raw != null && !format.trim().equals("text")) {
            throw Setting.bad(
                    "call.item",
                    "${" + template.raw + "}",
                    "a placeholder without quotes is for saddlebag.call.format=text; in JSON give ${/pointer}, which"
                            + " has its own quotes.");
        }
        if (!format.trim().equals("text") && (text.startsWith("{") || text.startsWith("["))) {
            checkJson(text);
        }
        return template;
    }

    /** One that begins as JSON is JSON, with some value for each mark. */
    private static void checkJson(String text) {
        try (JsonParser parser =
                Json.FACTORY.createParser(MARK.matcher(text).replaceAll("0").getBytes(StandardCharsets.UTF_8))) {
            while (parser.nextToken() != null) {
                // the next one may be wrong
            }
        } catch (IOException e) {
            throw Setting.bad("call.item", text, "it begins as JSON, and is not valid JSON to its end.");
        }
    }

    /** The same, but line breaks of the item become spaces: between the parts of a JSON text they are no more than that. */
    public ItemTemplate onOneLine() {
        return new ItemTemplate("call.item", text, true);
    }

    private void literal(String part) {
        if (!part.isEmpty()) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            pieces.add((item, index) -> bytes);
        }
    }

    private Piece piece(String noun, String mark) {
        if (mark.startsWith("/")) {
            JsonPointer pointer = Json.pointer(noun, mark);
            parts.add(pointer);
            return (item, index) -> lined(part(item, pointer));
        }
        if (mark.startsWith("url:")) {
            JsonPointer pointer = Json.pointer(noun, mark.substring(4));
            scalars.add(pointer);
            return (item, index) -> ascii(encoded(item, pointer));
        }
        if (mark.startsWith("raw:")) {
            JsonPointer pointer = Json.pointer(noun, mark.substring(4));
            scalars.add(pointer);
            raw = mark;
            return (item, index) -> lined(unquoted(item, pointer));
        }
        return switch (mark) {
            case "item" -> (item, index) -> lined(item.wire());
            case "text" -> (item, index) -> quoted(new String(item.wire(), StandardCharsets.UTF_8));
            case "index" -> (item, index) -> ascii(Integer.toString(index));
            case "id" -> {
                named = true;
                yield (item, index) -> idOf(item);
            }
            default ->
                throw Setting.bad(
                        noun,
                        "${" + mark + "}",
                        "a placeholder is ${item}, ${text}, ${id}, ${index}, ${/pointer}, ${raw:/pointer} or"
                                + " ${url:/pointer}.");
        };
    }

    private byte[] lined(byte[] json) {
        return oneLine ? Json.onOneLine(json) : json;
    }

    private static byte[] idOf(Item item) {
        String id = item.id();
        return id == null ? ascii("null") : item.numericId() ? ascii(id) : quoted(id);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static byte[] quoted(String text) {
        return ('"' + JsonField.escaped(text) + '"').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] part(Item item, JsonPointer pointer) {
        byte[] found = find(item, pointer);
        return found == null ? ascii("null") : found;
    }

    private static byte @Nullable [] find(Item item, JsonPointer pointer) {
        byte[] json = item.wire();
        ValueScan scan = scan(json, pointer);
        return scan.from < 0 ? null : Arrays.copyOfRange(json, scan.from, scan.to);
    }

    /** Where a value stands in an item that was read. */
    static ValueScan scan(byte[] item, JsonPointer at) {
        ValueScan scan = new ValueScan(JsonPointer.empty(), at, false);
        try (JsonParser parser = Json.FACTORY.createParser(item)) {
            parser.nextToken();
            scan.read(parser);
            return scan;
        } catch (IOException e) {
            throw new UncheckedIOException("the item was read before", e);
        }
    }

    private static byte[] unquoted(Item item, JsonPointer pointer) {
        String found = scalar(item, pointer);
        return (found == null ? "" : found).getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(Item item, JsonPointer pointer) {
        String found = scalar(item, pointer);
        StringBuilder encoded = new StringBuilder();
        AddressTemplate.encode(found == null ? "" : found, encoded);
        return encoded.toString();
    }

    /** The string, number or boolean that stands there; null: none does. */
    public static @Nullable String scalar(Item item, JsonPointer pointer) {
        byte[] json = find(item, pointer);
        if (json == null) {
            return null;
        }
        try (JsonParser parser = Json.FACTORY.createParser(json)) {
            JsonToken token = parser.nextToken();
            return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
        } catch (IOException e) {
            throw new UncheckedIOException("the item was read before", e);
        }
    }

    /** What the item has not, but the template names, as a sentence; null: nothing is missing. */
    public @Nullable String refusal(Item item) {
        if (plain) {
            return null;
        }
        if (named && item.id() == null) {
            return "The item has no id (saddlebag.item.id), which the request needs.";
        }
        for (JsonPointer pointer : parts) {
            if (find(item, pointer) == null) {
                return "The item has nothing at " + pointer + ", which the request needs"
                        + Fields.instead(item.wire(), pointer, "");
            }
        }
        for (JsonPointer pointer : scalars) {
            if (scalar(item, pointer) == null) {
                return "The item has no string, number or boolean at " + pointer + ", which the request needs"
                        + Fields.instead(item.wire(), pointer, raw == null ? "url:" : "raw:");
            }
        }
        return null;
    }

    /** Whether it is nothing but the item as it came. */
    public boolean isItemItself() {
        return plain && !oneLine;
    }

    /** The template's text, to be put into another one. */
    public String text() {
        return text;
    }

    /** Writes what stands for the item, whose place in the request is the index, from 0. */
    public void write(Item item, int index, ByteArrayOutputStream out) {
        for (Piece piece : pieces) {
            out.writeBytes(piece.of(item, index));
        }
    }

    /** The bytes of an item. */
    public long size(Item item) {
        if (isItemItself()) {
            return item.wire().length;
        }
        long size = 0;
        for (Piece piece : pieces) {
            size += piece.of(item, 0).length;
        }
        return size;
    }
}
