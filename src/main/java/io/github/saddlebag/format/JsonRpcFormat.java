package io.github.saddlebag.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Batches of JSON-RPC 2.0, section 6: the answers come in any order, and are known by their ids.
 *
 * <p>With a method, an item is its parameters. Without one, each item is a request; one that has no id is a notification:
 * no answer is due, and it is done when its request is answered.
 */
public final class JsonRpcFormat extends ListFormat {

    /**
     * What says that the request could not be read, rather than that the server could not do it: halves may go well. The
     * specification knows the first two; by -32099 jayson, and by -32010 and -32007 jsonrpsee, say that it was too large.
     */
    private static final Set<Integer> UNREADABLE = Set.of(-32700, -32600, -32099, -32010, -32007);

    private static final JsonPointer ID = JsonPointer.compile("/id");

    private String method = "";

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    ListRequest newRequest(ItemTemplate template) {
        ItemTemplate each = template;
        if (!method.isEmpty()) {
            String name = new String(ItemTemplate.quoted(method), StandardCharsets.UTF_8);
            each = new ItemTemplate(
                    "call.item",
                    template.text(),
                    "{\"jsonrpc\":\"2.0\",\"id\":${index},\"method\":" + name.replace("$", "\\u0024")
                            + ",\"params\":${item}}");
        }
        return new ListRequest("[", each, ",", "]");
    }

    @Override
    AnswerReader newReader(AnswerReader base) {
        return base.fixed(
                method.isEmpty() ? Correlation.ID : Correlation.INDEX, "", "/id", "/result", "/error/code", "/error");
    }

    @Override
    public Answers read(byte[] response, int expected) throws MalformedAnswerException {
        if (expected == 0 && response.length == 0) {
            return new Answers(response, 0);
        }
        JsonNode error = wholeError(response);
        if (error == null) {
            return super.read(response, expected);
        }
        String text = ErrorText.ofError(error);
        if (UNREADABLE.contains(error.path("code").asInt())) {
            return Answers.refused(text == null ? "an error for the whole batch" : text);
        }
        throw new MalformedAnswerException("the response has one error for the whole batch: " + text);
    }

    /** The error of a response that is one object, and so answers no item of its own; else null. */
    private static @Nullable JsonNode wholeError(byte[] response) {
        int at = Utf8.markLength(response);
        while (at < response.length && response[at] <= ' ') {
            at++;
        }
        if (at == response.length || response[at] != '{') {
            return null;
        }
        try {
            JsonNode error =
                    Json.MAPPER.readTree(response, at, response.length - at).get("error");
            return error != null && error.isObject() ? error : null;
        } catch (IOException e) {
            // reading it as answers will say so
            return null;
        }
    }

    /** Requests have ids of their own; parameters are known by their index. */
    @Override
    public boolean needsIds() {
        return false;
    }

    @Override
    public boolean isAnswered(Item item) {
        if (!method.isEmpty()) {
            return true;
        }
        ValueScan scan = new ValueScan(ID, null, false);
        try (JsonParser parser = Json.FACTORY.createParser(item.wire())) {
            parser.nextToken();
            scan.read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException("the item was read before", e);
        }
        return scan.id != null;
    }

    @Override
    public int answersTo(List<Item> items) {
        return (int) items.stream().filter(this::isAnswered).count();
    }

    /** The method that is called with each item; empty: each item is a request. */
    public void setMethod(String method) {
        this.method = method;
        changed();
    }
}
