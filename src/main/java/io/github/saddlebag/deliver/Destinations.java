package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.config.DeliverSettings;
import io.github.saddlebag.setting.InContext;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.Setting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where an outcome goes: by its item's header, else by a rule, else to the one destination. What chooses is a name,
 * or several with commas between them, of a closed list; any other value, whatever it says, means the one destination, or
 * the dead letters.
 */
public final class Destinations extends InContext {

    private final Pipeline pipeline;

    static final List<String> NAMES = List.of(Deliveries.FILE, "kafka", "direct", "none");

    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);
    private static final long A_MINUTE = 60_000_000_000L;

    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - A_MINUTE);
    private final Map<String, Destination> known = new LinkedHashMap<>();
    private final Map<String, String> named;
    private final String destination;
    private final boolean deadLetters;
    private final boolean kafka;
    private final String header;
    private final String rule;
    private @Nullable Expression compiled;

    public Destinations(DeliverSettings settings, Pipeline pipeline) {
        this.pipeline = pipeline;
        NAMES.forEach(name -> known.put(name, Destination.of(name)));
        named = settings.destination();
        destination = settings.to();
        kafka = settings.kafkaEnabled();
        header = settings.toHeader().trim();
        rule = settings.toRule().trim();
        deadLetters = Setting.oneOf("deliver.unlisted", settings.unlisted(), "deliver-to", "dead-letter")
                .equals("dead-letter");
    }

    /** Stops the start where a destination cannot be, or the rule cannot be read. */
    public void init() {
        CamelContext context = context();
        named.forEach((name, uri) -> known.put(name, Destination.of(name, uri, kafka, context)));
        if (!known.containsKey(destination)) {
            throw Setting.bad("deliver.to", destination, "give one of " + known.keySet() + ".");
        }
        if (destination.equals("kafka") && !kafka) {
            throw Setting.bad("deliver.to", destination, "set saddlebag.deliver.kafka.enabled to true as well.");
        }
        if (!rule.isEmpty()) {
            try {
                Expression expression = context.resolveLanguage("simple").createExpression(rule);
                expression.init(context);
                compiled = expression;
            } catch (RuntimeException e) {
                throw Setting.bad("deliver.to-rule", rule, "it is no simple expression: " + e.getMessage());
            }
        }
    }

    /** The destination of all; null: each outcome may have another one. */
    @Nullable
    Destination common() {
        return header.isEmpty() && rule.isEmpty() ? known.get(destination) : null;
    }

    /** Where this one goes; empty: what was chosen is not listed, and such outcomes become dead letters. */
    List<Destination> of(Outcome outcome) {
        String chosen;
        try {
            chosen = chosen(outcome);
        } catch (RuntimeException e) {
            return unlisted(
                    outcome,
                    "saddlebag.deliver.to-rule fails with a " + e.getClass().getSimpleName());
        }
        if (chosen == null || chosen.isEmpty()) {
            return List.of(fallback());
        }
        List<Destination> all = new ArrayList<>(1);
        for (String name : chosen.split(",")) {
            Destination listed = known.get(name.trim());
            if (listed == null || listed.kind().equals(Destination.KAFKA) && !kafka) {
                return unlisted(
                        outcome,
                        listed != null
                                ? "saddlebag.deliver.kafka.enabled is not true"
                                : "it is none of " + known.keySet());
            }
            if (!all.contains(listed)) {
                all.add(listed);
            }
        }
        return all;
    }

    /** The one destination; there go those whose choice is not listed, too, if they are no dead letters. */
    Destination fallback() {
        return Objects.requireNonNull(known.get(destination));
    }

    private List<Destination> unlisted(Outcome outcome, String why) {
        warn(outcome.item(), why);
        return deadLetters ? List.of() : List.of(fallback());
    }

    private @Nullable String chosen(Outcome outcome) {
        Item item = outcome.item();
        Object value = header.isEmpty() ? null : item.headers().get(header);
        Expression expression = compiled;
        if (value == null && expression != null) {
            value = byRule(outcome, expression);
        }
        return value == null ? null : text(value).trim();
    }

    private @Nullable Object byRule(Outcome outcome, Expression expression) {
        Exchange exchange = new DefaultExchange(context());
        exchange.getMessage().setHeaders(new HashMap<>(outcome.item().headers()));
        exchange.getMessage().setHeader("SaddlebagFailed", outcome.failed());
        Object body = outcome.item().body();
        exchange.getMessage().setBody(body == null ? null : text(body));
        return expression.evaluate(exchange, String.class);
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    /** The message, in which the properties are those of the pipeline. */
    String told(String message) {
        return pipeline.told(message);
    }

    /** At most once a minute; names no value, which comes from outside. */
    private void warn(Item item, String why) {
        long now = System.nanoTime();
        long last = lastWarning.get();
        if (now - last >= A_MINUTE && lastWarning.compareAndSet(last, now)) {
            LOG.warn(
                    "The destination that was chosen for item {} is not used: {}. Its result, and others like it, {} {}.",
                    item.id(),
                    pipeline.told(why),
                    deadLetters ? "become dead letters, and lines of errors in" : "go to",
                    destination);
        }
    }
}
