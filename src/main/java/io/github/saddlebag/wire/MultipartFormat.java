package io.github.saddlebag.wire;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.saddlebag.address.ItemHeaders;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.format.Said;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.Utf8;
import io.github.saddlebag.template.ItemTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Requests within a request as {@code multipart/mixed}, each part an {@code application/http} message with a
 * {@code Content-ID}; the answers are parts with {@code Content-ID: <response-...>}, in any order, each with a status and
 * a JSON body. So do many of Google's interfaces.
 *
 * <p>With an address for all, an item is the body of its request. Without one, each item is a request: an object with
 * method, url, and perhaps headers and body.
 */
public final class MultipartFormat extends ListFormat {

    private static final String BOUNDARY = "saddlebag-" + new BigInteger(128, new SecureRandom()).toString(36);
    private static final String PART = "--" + BOUNDARY + "\r\nContent-Type: application/http\r\n"
            + "Content-Transfer-Encoding: binary\r\nContent-ID: <item-${index}>\r\n\r\n";
    private static final String END = "--" + BOUNDARY + "--\r\n";
    private static final byte[] TYPE = "Content-Type: application/json\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final ObjectReader STRICT =
            Json.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final PartRequest part;

    public MultipartFormat(FormatSettings settings, ItemTemplate item, AnswerReader answers) {
        this(new PartRequest(settings), item, answers);
    }

    private MultipartFormat(PartRequest part, ItemTemplate item, AnswerReader answers) {
        super(
                new ListRequest("", request(part, item), "", END),
                answers.fixed(Correlation.INDEX, "", "", "", answers.rules().fixed("", "")));
        this.part = part;
    }

    private static ItemTemplate request(PartRequest part, ItemTemplate item) {
        String body = part.hasBody() ? "Content-Type: application/json\r\n\r\n${item}\r\n" : "\r\n";
        String request = part.method() + ' ' + part.url() + " HTTP/1.1\r\n" + body;
        return new ItemTemplate("call.part-url", item.text(), PART + request);
    }

    @Override
    public String contentType() {
        return "multipart/mixed; boundary=" + BOUNDARY;
    }

    @Override
    public String accept() {
        return "multipart/mixed";
    }

    @Override
    public byte[] write(List<Item> items) {
        if (!part.isItemItself()) {
            return super.write(items);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
        for (int i = 0; i < items.size(); i++) {
            put(PART.replace("${index}", Integer.toString(i)), body);
            writeRequest(items.get(i), body);
        }
        put(END, body);
        return body.toByteArray();
    }

    private static void put(String text, ByteArrayOutputStream body) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeRequest(Item item, ByteArrayOutputStream out) {
        JsonNode request = tree(item);
        JsonNode body = request.get("body");
        put(method(request) + ' ' + request.path("url").asText() + " HTTP/1.1\r\n", out);
        for (var header : request.path("headers").properties()) {
            put(header.getKey() + ": " + header.getValue().asText() + "\r\n", out);
        }
        if (body != null && !hasType(request)) {
            out.writeBytes(TYPE);
        }
        put("\r\n", out);
        if (body != null) {
            put(body.toString(), out);
        }
        put("\r\n", out);
    }

    private static String method(JsonNode request) {
        return request.path("method").asText(request.has("body") ? "POST" : "GET");
    }

    private static boolean hasType(JsonNode request) {
        for (var header : request.path("headers").properties()) {
            if (header.getKey().equalsIgnoreCase("Content-Type")) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode tree(Item item) {
        try {
            return Json.MAPPER.readTree(item.wire());
        } catch (IOException e) {
            throw new UncheckedIOException("the item was read before", e);
        }
    }

    /** What would break out of its line is no request of one item any more. */
    @Override
    public @Nullable String refusal(Item item) {
        if (!part.isItemItself()) {
            String refusal = super.refusal(item);
            return refusal == null ? part.refusal(item) : refusal;
        }
        JsonNode request = tree(item);
        if (!request.path("url").isTextual()) {
            return "The item has no url: it must be an object with url, and perhaps method, headers and body.";
        }
        boolean plain = method(request).matches("[A-Za-z]+")
                && isUrl(request.path("url").asText());
        for (var header : request.path("headers").properties()) {
            plain &= ItemHeaders.isToken(header.getKey())
                    && header.getValue().isValueNode()
                    && header.getValue().asText().chars().allMatch(c -> c == '\t' || c >= ' ' && c != 127);
        }
        return plain
                ? null
                : "The item's method, url or headers have a space, a line break or a control character where there can"
                        + " be none.";
    }

    private static boolean isUrl(String url) {
        return !url.isEmpty() && url.chars().allMatch(c -> c > ' ' && c < 127);
    }

    @Override
    public long wireBytes(Item item) {
        return part.isItemItself() ? PART.length() + 64L + item.wire().length : super.wireBytes(item);
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        byte[] text = Utf8.withoutMark(response.body());
        List<MultipartText.Part> parts = MultipartText.parts(text, response.boundary());
        List<byte[]> bodies = new ArrayList<>();
        for (MultipartText.Part found : parts) {
            bodies.add(Response.inUtf8(found.type(), Arrays.copyOfRange(text, found.bodyFrom(), found.bodyTo())));
        }
        // one after the other: a part may have been in another character set than the rest
        ByteArrayOutputStream all = new ByteArrayOutputStream(text.length);
        bodies.forEach(all::writeBytes);
        boolean named = parts.stream().anyMatch(part -> index(part.contentId()) != null);
        Answers answers = new Answers(all.toByteArray(), expected);
        int from = 0;
        for (int i = 0; i < parts.size(); i++) {
            MultipartText.Part found = parts.get(i);
            int to = from + bodies.get(i).length;
            String place = named || parts.size() != expected ? index(found.contentId()) : Integer.toString(i);
            add(found, place, bodies.get(i), from, to, answers);
            from = to;
        }
        return answers;
    }

    private void add(MultipartText.Part part, @Nullable String place, byte[] body, int from, int to, Answers answers) {
        JsonNode json = body.length > 0 ? json(body) : null;
        answers.add(place, from, to, json == null ? -1 : from, json == null ? -1 : to);
        Said said = reader().rules().judge(part.status(), json, part.retryAfter());
        answers.mark(said);
        if (!said.failed() && body.length == 0) {
            answers.nothing();
        }
    }

    /** Servers put {@code response-} before the id, some leave out the brackets. */
    private static @Nullable String index(@Nullable String contentId) {
        if (contentId == null) {
            return null;
        }
        String id = contentId.replaceAll("[<>\\s]", "").toLowerCase(Locale.ROOT);
        int at = id.lastIndexOf("item-");
        return at < 0 ? null : id.substring(at + "item-".length());
    }

    private static @Nullable JsonNode json(byte[] body) {
        try {
            return Utf8.isValid(body) ? STRICT.readValue(body) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
