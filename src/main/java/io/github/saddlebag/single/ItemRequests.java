package io.github.saddlebag.single;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an item as a request: a URL string, {@code [url, params]}, an object {@code {url, method, params, headers, json,
 * data}}, or data, which is posted as it stands.
 */
final class ItemRequests {

    /** What items are taken for. */
    enum Kind {
        /** What has the form of a request is one, all else is data. */
        AUTO,
        /** Each is data. */
        DATA,
        /** Each is a request, or fails. */
        REQUESTS
    }

    private static final JsonFactory JSON = new JsonFactory();
    private static final ObjectMapper MAPPER = new ObjectMapper(JSON);
    private static final Set<String> FIELDS = Set.of("url", "method", "params", "headers", "json", "data");
    private static final byte[] URL = "\"url\"".getBytes(StandardCharsets.US_ASCII);

    private final Kind kind;
    private final DataRequest data;
    private final @Nullable URI base;
    private final @Nullable Address baseAddress;
    private final String keys;
    private final String idField;

    /**
     * @param data makes the requests of items that are none
     * @param base what relative addresses are relative to; null: none may be relative
     * @param baseAddress the same, taken apart
     * @param keys what goes with each query to the base's host
     * @param idField the field of an item that may stand beside those of a request; empty: none
     */
    ItemRequests(
            Kind kind,
            DataRequest data,
            @Nullable URI base,
            @Nullable Address baseAddress,
            String keys,
            String idField) {
        this.keys = keys;
        this.kind = kind;
        this.data = data;
        this.base = base;
        this.baseAddress = baseAddress;
        this.idField = idField;
    }

    /**
     * The request of an item.
     *
     * @param item one JSON value, which was read
     * @throws RefusedRequestException it has none
     */
    ItemRequest read(Item item) {
        byte[] json = item.wire();
        try {
            ItemRequest own = switch (kind) {
                case DATA -> null;
                case REQUESTS -> request(json, false);
                case AUTO -> mayBeRequest(json) ? request(json, true) : null;
            };
            return own == null ? data.of(item) : own;
        } catch (IOException e) {
            throw RefusedRequestException.ofItem("The item is refused: it is not valid JSON.");
        }
    }

    /** Leaves out what cannot be one, without parsing it. */
    private static boolean mayBeRequest(byte[] item) {
        int at = 0;
        while (at < item.length && item[at] <= ' ' && item[at] >= 0) {
            at++;
        }
        if (at == item.length) {
            return false;
        }
        return switch (item[at]) {
            case '"', '[' -> true;
            case '{' -> contains(item, URL);
            default -> false;
        };
    }

    private static boolean contains(byte[] text, byte[] word) {
        for (int at = 0; at <= text.length - word.length; at++) {
            if (text[at] == word[0]
                    && text[at + 1] == word[1]
                    && Arrays.equals(text, at, at + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable ItemRequest request(byte[] item, boolean orData) throws IOException {
        try (JsonParser parser = JSON.createParser(item)) {
            ItemRequest request = switch (parser.nextToken()) {
                case VALUE_STRING -> fromText(parser.getText(), orData);
                case START_ARRAY -> fromList(MAPPER.readTree(item), orData);
                case START_OBJECT -> fromObject(parser, item, orData);
                default -> null;
            };
            if (request != null) {
                return request;
            }
        }
        if (orData) {
            return null;
        }
        throw new RefusedRequestException(
                "The item is no request: give a URL, [url, params], or an object with a url (saddlebag.single.items).");
    }

    private RequestDraft draft(String url) {
        RequestDraft draft = new RequestDraft(base, baseAddress, keys);
        draft.url = url;
        return draft;
    }

    private @Nullable ItemRequest fromText(String url, boolean orData) {
        return orData && !isUrl(url) ? null : draft(url).request();
    }

    private @Nullable ItemRequest fromList(JsonNode list, boolean orData) {
        boolean form = (list.size() == 1 || list.size() == 2)
                && list.get(0).isTextual()
                && (list.size() == 1
                        || list.get(1).isContainerNode()
                        || list.get(1).isNull());
        if (!form || orData && !isUrl(list.get(0).textValue())) {
            return null;
        }
        RequestDraft draft = draft(list.get(0).textValue());
        if (list.size() == 2) {
            draft.params = list.get(1);
        }
        return draft.request();
    }

    private @Nullable ItemRequest fromObject(JsonParser parser, byte[] item, boolean orData) throws IOException {
        RequestDraft draft = draft("");
        boolean hasUrl = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (orData && !FIELDS.contains(name) && !name.equals(idField)) {
                return null;
            }
            switch (name) {
                case "url" -> {
                    hasUrl = token == JsonToken.VALUE_STRING;
                    draft.url = hasUrl ? parser.getText() : "";
                    parser.skipChildren();
                }
                case "json" -> {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    parser.skipChildren();
                    parser.finishToken();
                    draft.json = Arrays.copyOfRange(
                            item, from, (int) parser.currentLocation().getByteOffset());
                }
                case "method" -> draft.method = MAPPER.readTree(parser);
                case "params" -> draft.params = MAPPER.readTree(parser);
                case "headers" -> draft.headers = MAPPER.readTree(parser);
                case "data" -> draft.data = MAPPER.readTree(parser);
                default -> parser.skipChildren();
            }
        }
        return !hasUrl || orData && !isUrl(draft.url) ? null : draft.request();
    }

    /** Where it is not said, a text is taken for an address only if it can hardly be anything else. */
    private boolean isUrl(String text) {
        return text.regionMatches(true, 0, "http://", 0, 7)
                || text.regionMatches(true, 0, "https://", 0, 8)
                || base != null && text.startsWith("/");
    }
}
