package io.github.saddlebag.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.FormatSettings;
import io.github.saddlebag.format.Answers;
import io.github.saddlebag.format.BatchLimit;
import io.github.saddlebag.format.Correlation;
import io.github.saddlebag.format.ErrorText;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.Response;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.Utf8;
import io.github.saddlebag.json.ValueScan;
import io.github.saddlebag.template.ItemTemplate;
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

    /** Whether each item is a request. */
    private final boolean isItemItself;

    public JsonRpcFormat(FormatSettings settings, ItemTemplate item, AnswerReader answers) {
        super(new ListRequest("[", call(settings.rpcMethod(), item), ",", "]"), reader(settings.rpcMethod(), answers));
        isItemItself = settings.rpcMethod().isEmpty();
    }

    private static ItemTemplate call(String method, ItemTemplate item) {
        if (method.isEmpty()) {
            return item;
        }
        String name = new String(ItemTemplate.quoted(method), StandardCharsets.UTF_8);
        return new ItemTemplate(
                "call.item",
                item.text(),
                "{\"jsonrpc\":\"2.0\",\"id\":${index},\"method\":" + name.replace("$", "\\u0024")
                        + ",\"params\":${item}}");
    }

    private static AnswerReader reader(String method, AnswerReader base) {
        Correlation by = method.isEmpty() ? Correlation.ID : Correlation.INDEX;
        return base.fixed(by, "", "/id", "/result", base.rules().fixed("/error/code", "/error"));
    }

    @Override
    public Answers read(Response response, int expected) throws MalformedAnswerException {
        if (expected == 0 && response.isEmpty()) {
            return new Answers(response.body(), 0);
        }
        JsonNode whole = whole(response.body());
        JsonNode error = whole == null ? null : whole.get("error");
        if (whole != null && error != null && error.isObject()) {
            boolean ofOne = expected == 1 && whole.hasNonNull("id");
            return ofOne ? super.read(response, expected) : refused(error, expected == 1);
        }
        Answers answers = super.read(response, expected);
        return answers.size() == 1 && expected > 1 && answers.isFailed(0) ? onlyOne(answers) : answers;
    }

    /** One error, and not a word of all the others: some answer so to a batch that is too large. */
    private static Answers onlyOne(Answers answers) throws MalformedAnswerException {
        try {
            JsonNode error = Json.MAPPER.readTree(answers.whole(0)).path("error");
            String text = text(error);
            boolean whole = UNREADABLE.contains(error.path("code").asInt()) || BatchLimit.isExceeded(text);
            return whole ? Answers.refused(text, true, false) : answers;
        } catch (IOException e) {
            // it is no valid JSON, and is told so to the item that it belongs to
            return answers;
        }
    }

    private static String text(JsonNode error) {
        String text = ErrorText.ofError(error);
        return text == null ? "an error for the whole batch" : text;
    }

    /** @param alone whether there is only one item to which it can belong */
    private Answers refused(JsonNode error, boolean alone) throws MalformedAnswerException {
        String text = text(error);
        boolean tooLarge = BatchLimit.isExceeded(text);
        boolean throttled = reader().rules().throttling().isOneOfAll(error);
        if (alone
                || tooLarge
                || throttled
                || UNREADABLE.contains(error.path("code").asInt())) {
            return Answers.refused(text, tooLarge, throttled);
        }
        throw new MalformedAnswerException("the response has one error for the whole batch: " + text);
    }

    /** A response that is one object; else null. */
    private static @Nullable JsonNode whole(byte[] response) {
        int at = Utf8.markLength(response);
        while (at < response.length && response[at] >= 0 && response[at] <= ' ') {
            at++;
        }
        if (at == response.length || response[at] != '{') {
            return null;
        }
        try {
            return Json.MAPPER.readTree(response, at, response.length - at);
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
        if (!isItemItself) {
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
}
