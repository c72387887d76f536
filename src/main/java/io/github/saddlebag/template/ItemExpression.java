package io.github.saddlebag.template;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultExchange;

/**
 * Makes what is sent for an item out of the item, by an expression of one of Camel's languages: the item as maps, lists
 * and values is the body, the headers it came with are the headers. What is text is JSON; all else is written as JSON.
 */
public final class ItemExpression {

    private static final Pattern LANGUAGE = Pattern.compile("([a-z][a-z0-9]+):(.*)", Pattern.DOTALL);

    private final CamelContext context;
    private final Expression expression;

    /** @param text the name of the language, a colon, the expression */
    public ItemExpression(CamelContext context, String text) {
        Matcher matcher = LANGUAGE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no language: " + text);
        }
        this.context = context;
        this.expression = context.resolveLanguage(matcher.group(1)).createExpression(matcher.group(2));
        expression.init(context);
    }

    public static boolean isOne(String text) {
        return LANGUAGE.matcher(text).matches();
    }

    /** @throws IOException what came out is not JSON */
    public byte[] of(Item item) throws IOException {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeaders(new HashMap<>(item.headers()));
        exchange.getMessage().setBody(Json.MAPPER.readValue(item.wire(), Object.class));
        Object made = expression.evaluate(exchange, Object.class);
        byte[] json = made instanceof byte[] bytes
                ? bytes
                : made instanceof CharSequence text
                        ? text.toString().getBytes(StandardCharsets.UTF_8)
                        : Json.MAPPER.writeValueAsBytes(made);
        Json.check(json);
        return json;
    }
}
