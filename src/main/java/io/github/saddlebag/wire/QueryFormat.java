package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.config.Settings;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.setting.Setting;
import io.github.saddlebag.template.AddressTemplate;
import io.github.saddlebag.template.ItemTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch by GET: the items' ids, or other values of theirs, as a parameter of the address, joined or one parameter for
 * each; its answers are those of lists. Values are percent-encoded but for what RFC 3986 2.3 calls unreserved.
 */
public final class QueryFormat extends ListFormat {

    private static final String PREFIX = "saddlebag.call.get-";

    private final int urlLength;
    private final String name;
    private final String separator;
    private final @Nullable JsonPointer value;
    private final int maxUrl;

    public QueryFormat(Settings settings, ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("", item, "", ""), answers);
        FormatSettings format = settings.format();
        urlLength = settings.call().url().trim().length();
        StringBuilder encoded = new StringBuilder();
        AddressTemplate.encode(format.getName().trim(), encoded);
        if (encoded.isEmpty()) {
            throw Setting.bad("call.get-name", format.getName(), "give the name of a parameter, for example ids.");
        }
        name = encoded.toString();
        separator = format.getSeparator().trim();
        if (!separator.matches("[,;:]?")) {
            throw Setting.bad(
                    "call.get-separator",
                    format.getSeparator(),
                    "give , or ; or : between values, or nothing to repeat the name.");
        }
        value = format.getValue().trim().isEmpty() ? null : Json.pointer("call.get-value", format.getValue());
        maxUrl = format.getMaxUrl();
    }

    @Override
    public boolean isQuery() {
        return true;
    }

    /** What is added to the query of the address. */
    @Override
    public byte[] write(List<Item> items) {
        StringBuilder query = new StringBuilder(items.size() * 16);
        for (Item item : items) {
            boolean isNext = !query.isEmpty();
            if (!isNext || separator.isEmpty()) {
                query.append(isNext ? "&" : "").append(name).append('=');
            } else {
                query.append(separator);
            }
            String text = valueOf(item);
            AddressTemplate.encode(text == null ? "" : text, query);
        }
        return query.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private @Nullable String valueOf(Item item) {
        return value == null ? item.id() : ItemTemplate.scalar(item, value);
    }

    @Override
    public long wireBytes(Item item) {
        String text = valueOf(item);
        StringBuilder encoded = new StringBuilder();
        AddressTemplate.encode(text == null ? "" : text, encoded);
        return encoded.length() + (separator.isEmpty() ? name.length() + 2L : separator.length());
    }

    /** What the address may have besides that which is configured; the first value has the name before it. */
    @Override
    public long mostBytes() {
        return Math.max(1, (long) maxUrl - urlLength - (separator.isEmpty() ? 0 : name.length() + 1));
    }

    @Override
    public @Nullable String refusal(Item item) {
        String text = valueOf(item);
        if (text == null || text.isEmpty()) {
            return value == null
                    ? "The item has no id for the address (saddlebag.item.id)."
                    : "The item has no string, number or boolean at '" + value + "' for the address (" + PREFIX
                            + "value).";
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            return "The item has a string that is no Unicode for the address (" + PREFIX + "value).";
        }
        if (!separator.isEmpty() && text.contains(separator)) {
            // endpoints decode a parameter before they take it apart
            return "The item's value for the address has a '" + separator + "' in it, and the endpoint would read more"
                    + " than one. Let the parameter be repeated: --set " + PREFIX + "separator= (empty).";
        }
        return wireBytes(item) > mostBytes()
                ? "The item alone makes the address longer than " + maxUrl + " characters (" + PREFIX + "max-url)."
                : null;
    }
}
