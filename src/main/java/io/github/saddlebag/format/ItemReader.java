package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.JsonSlip;
import io.github.saddlebag.json.LeanScan;
import io.github.saddlebag.json.ObjectJson;
import io.github.saddlebag.json.Utf8;
import io.github.saddlebag.json.ValueScan;
import io.github.saddlebag.stats.Reason;
import io.github.saddlebag.template.ItemExpression;
import io.github.saddlebag.template.Merge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds out what an item is on the wire and which id it has; what is no JSON fails here, before any request. */
public final class ItemReader {

    /** What is said of an item that is more than one JSON value. */
    public static final String MORE = "something follows the JSON value";

    private final JsonPointer idPointer;
    private final boolean idRequired;
    private final boolean anyId;
    private final LeanScan lean;
    private @Nullable WireFormat format;
    private @Nullable ItemExpression expression;
    private @Nullable Merge merge;
    private Supplier<ObjectJson> objects = () -> ObjectJson.of(List.of());

    /**
     * @param idPointer where an item's id stands (RFC 6901)
     * @param idRequired whether an item without an id fails; otherwise it is known by its number in its source
     * @param anyId whether an object or a list may be an id
     */
    public ItemReader(String idPointer, boolean idRequired, boolean anyId) {
        this.idPointer = Json.pointer("item.id", idPointer);
        this.idRequired = idRequired;
        this.anyId = anyId;
        this.lean = new LeanScan(JsonPointer.empty(), this.idPointer, null, null);
    }

    /**
     * @param alone whether each item goes alone: then it needs no id, and nothing around it
     * @param expression makes what is sent of what came, or null
     * @param merge puts the answer into the item, or null
     * @param objects writes items that are objects; asked for at each
     */
    public ItemReader(
            String idPointer,
            WireFormat format,
            boolean alone,
            @Nullable ItemExpression expression,
            @Nullable Merge merge,
            Supplier<ObjectJson> objects) {
        this(idPointer, !alone && format.needsIds(), format.correlation() == Correlation.ECHO);
        this.format = alone ? null : format;
        this.expression = expression;
        this.merge = merge;
        this.objects = objects;
    }

    /** Reads the item, once; a failure becomes the item's fate. */
    public void read(Item item) {
        if (item.content() != null || item.fate() != null) {
            return;
        }
        if (item.position() != null && item.position().isEmpty()) {
            item.identifyByPlace();
            return;
        }
        byte[] content;
        try {
            content = Utf8.withoutMark(bytes(item.body()));
        } catch (JsonProcessingException e) {
            item.identifyByPlace();
            fail(
                    item,
                    "The item of type " + typeOf(item.body())
                            + " cannot be written as JSON. Send JSON text, a map or a bean; dates and Optional need their"
                            + " modules of Jackson on the class path, or in the host's ObjectMapper.");
            return;
        }
        ValueScan scan = new ValueScan(idPointer, null, anyId);
        String wrong = !anyId && lean.isOne(content, scan) ? null : parse(content, scan);
        String own = item.position() == null ? null : item.position().ownId();
        if (wrong == null && own == null && scan.id != null) {
            item.identify(scan.id, scan.numericId);
        } else {
            item.identifyByPlace();
        }
        if (wrong == null && own == null && scan.id == null && idRequired) {
            wrong = AnswerShape.itemWithoutId(content, idPointer);
        }
        if (wrong == null && merge != null) {
            wrong = merge.refusal(content);
        }
        if (wrong != null) {
            fail(item, wrong);
            return;
        }
        item.content(content);
        settleContent(item);
    }

    private static void fail(Item item, String wrong) {
        item.fail(new Failure(Reason.INVALID_ITEM, where(item.position()) + wrong), null);
    }

    /** Why it is no item, as a sentence; null: it is one. */
    private static @Nullable String parse(byte[] content, ValueScan scan) {
        if (!Utf8.isValid(content)) {
            return "The item is refused: its bytes are not UTF-8. Send JSON as UTF-8.";
        }
        try (JsonParser parser = Json.FACTORY.createParser(content)) {
            if (parser.nextToken() == null) {
                return "The item is empty. An item is one JSON value.";
            }
            scan.read(parser);
            return parser.nextToken() == null ? null : notJson(MORE, parser.currentTokenLocation(), "");
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation();
            String rule = where == null || where.getLineNr() > 1 ? "" : JsonSlip.rule(content, where.getColumnNr());
            return notJson("it " + Json.fault(e), where, rule);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory were not read", e);
        }
    }

    /** What is sent for it, where that is not the item as it came; and whether it can be sent. */
    private void settleContent(Item item) {
        if (expression != null) {
            try {
                item.content(expression.of(item));
            } catch (IOException | RuntimeException e) {
                fail(
                        item,
                        "The expression for the item (saddlebag.call.item) "
                                + (e instanceof IOException ? "gave no JSON." : "failed on it."));
                return;
            }
        }
        String refusal = format == null ? null : format.refusal(item);
        if (refusal != null) {
            fail(item, refusal);
        }
    }

    private byte[] bytes(@Nullable Object body) throws JsonProcessingException {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        return objects.get().write(body);
    }

    private static String notJson(String what, @Nullable JsonLocation where, String rule) {
        return "The item is refused: " + what + " (column " + (where == null ? 0 : where.getColumnNr()) + rule + ").";
    }

    private static String where(@Nullable Position position) {
        return position == null ? "" : position.describe() + ": ";
    }

    private static String typeOf(@Nullable Object body) {
        return body == null ? "null" : body.getClass().getName();
    }
}
