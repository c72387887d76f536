package io.github.saddlebag.single;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.saddlebag.address.Address;
import io.github.saddlebag.address.ItemHeaders;
import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.address.ItemUrl;
import io.github.saddlebag.address.RefusedRequestException;
import io.github.saddlebag.template.AddressTemplate;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a request as the item gives them. */
final class RequestDraft {
    private static final String JSON_TYPE = "application/json";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final @Nullable URI base;
    private final @Nullable Address baseAddress;
    private final String keys;
    String url = "";

    @Nullable
    JsonNode method;

    @Nullable
    JsonNode params;

    @Nullable
    JsonNode headers;

    byte @Nullable [] json;

    @Nullable
    JsonNode data;

    /**
     * @param base what relative addresses are relative to; null: none may be relative
     * @param baseAddress the same, taken apart
     * @param keys what goes with each query to the base's host
     */
    RequestDraft(@Nullable URI base, @Nullable Address baseAddress, String keys) {
        this.base = base;
        this.baseAddress = baseAddress;
        this.keys = keys;
    }

    /**
     * The request, if that is what the parts make.
     *
     * @throws RefusedRequestException they contradict, or are none that can be sent
     */
    ItemRequest request() {
        URI to = withParams(ItemUrl.of(url, base));
        Address address = Address.of(to);
        Map<String, String> fields = fields();
        byte[] body = json;
        String type = json == null ? null : JSON_TYPE;
        if (data != null && !data.isNull()) {
            if (json != null) {
                throw new RefusedRequestException("The item has both json and data: a request has one body.");
            }
            body = bytes(data);
            type = data.isTextual() ? "text/plain; charset=utf-8" : "application/x-www-form-urlencoded";
        }
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (field.getKey().equalsIgnoreCase("Content-Type")) {
                type = null;
            }
        }
        return new ItemRequest(method(body != null), to, address, fields, body, type, true, 0);
    }

    private String method(boolean hasBody) {
        if (method == null || method.isNull()) {
            return hasBody ? "POST" : "GET";
        }
        String name = method.asText().toUpperCase(Locale.ROOT);
        if (!method.isTextual() || !ItemHeaders.isToken(name) || name.equals("CONNECT") || name.equals("TRACE")) {
            throw new RefusedRequestException("The item's method is none that can be sent: give GET, POST, PUT,"
                    + " PATCH, DELETE, HEAD or OPTIONS.");
        }
        return name;
    }

    private Map<String, String> fields() {
        if (headers == null || headers.isNull()) {
            return Map.of();
        }
        if (!headers.isObject()) {
            throw new RefusedRequestException("The item's headers are no object of names and values.");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            if (header.getValue().isNull()) {
                continue;
            }
            String value = scalar("header", header.getValue());
            ItemHeaders.check(header.getKey(), value);
            fields.put(header.getKey(), value.strip());
        }
        return fields;
    }

    private URI withParams(URI to) {
        String query = params == null ? "" : pairs("params", params);
        if (baseAddress != null && !keys.isEmpty() && Address.of(to).sameAuthority(baseAddress)) {
            query = query.isEmpty() ? keys : query + '&' + keys;
        }
        if (query.isEmpty()) {
            return to;
        }
        String before = to.getRawQuery();
        String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        return URI.create(to.getScheme() + "://" + to.getRawAuthority() + path + '?'
                + (before == null || before.isEmpty() ? "" : before + '&') + query);
    }

    private byte[] bytes(JsonNode from) {
        return (from.isTextual() ? from.textValue() : pairs("data", from)).getBytes(StandardCharsets.UTF_8);
    }

    /** An object of names and values, a value perhaps a list of them; or a list of pairs. */
    private String pairs(String what, JsonNode from) {
        StringBuilder pairs = new StringBuilder();
        if (from.isObject()) {
            for (Map.Entry<String, JsonNode> each : from.properties()) {
                JsonNode value = each.getValue();
                for (JsonNode one : value.isArray() ? value : NODES.arrayNode().add(value)) {
                    pair(what, each.getKey(), one, pairs);
                }
            }
        } else if (from.isArray()) {
            for (JsonNode each : from) {
                if (!each.isArray() || each.size() != 2 || !each.get(0).isTextual()) {
                    throw notPairs(what);
                }
                pair(what, each.get(0).textValue(), each.get(1), pairs);
            }
        } else if (!from.isNull()) {
            throw notPairs(what);
        }
        return pairs.toString();
    }

    private void pair(String what, String name, JsonNode value, StringBuilder pairs) {
        if (value.isNull()) {
            return;
        }
        pairs.append(pairs.isEmpty() ? "" : "&");
        AddressTemplate.encode(name, pairs);
        pairs.append('=');
        AddressTemplate.encode(scalar(what, value), pairs);
    }

    private static String scalar(String what, JsonNode value) {
        if (!value.isValueNode()) {
            throw new RefusedRequestException("A value of the item's " + what + " is neither text nor a number.");
        }
        return value.asText();
    }

    private static RefusedRequestException notPairs(String what) {
        return new RefusedRequestException(
                "The item's " + what + " are neither an object of names and values nor a list of pairs.");
    }
}
