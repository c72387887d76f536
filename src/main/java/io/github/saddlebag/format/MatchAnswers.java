package io.github.saddlebag.format;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each item of a batch the answer that is its own, or a failure that says what was wrong with the answers. */
public final class MatchAnswers implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(MatchAnswers.class);
    private static final int NAMED_IDS = 10;

    private WireFormat format = new JsonArrayFormat();

    @Override
    public void process(Exchange exchange) throws IOException {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        List<Item> items = sent(exchange, batch);
        if (items.isEmpty()) {
            return;
        }
        Answers answers = answers(exchange.getMessage().getBody(), items.size());
        List<String> ids = new ArrayList<>(items.size());
        for (Item item : items) {
            ids.add(item.id());
        }
        IdMatcher.Match match = IdMatcher.match(ids, batch.hasUniqueIds(), answers);
        List<String> missing = new ArrayList<>(0);
        List<String> contradicted = new ArrayList<>(0);
        for (int i = 0; i < match.answerOf().length; i++) {
            Item item = items.get(i);
            int answer = match.answerOf()[i];
            if (answer >= 0) {
                settle(item, answers, answer, batch);
            } else if (answer == IdMatcher.MISSING) {
                missing.add(ids.get(i));
                item.fail(
                        new Failure("No answer for this item: the endpoint answered " + answers.size() + " of "
                                + items.size() + " items of its batch."),
                        batch.call());
            } else {
                contradicted.add(ids.get(i));
                item.fail(
                        new Failure("Different answers came for this item: which is right cannot be told."),
                        batch.call());
            }
        }
        report(batch, items.size(), answers.size(), match, missing, contradicted);
    }

    @SuppressWarnings("unchecked")
    private static List<Item> sent(Exchange exchange, Batch batch) {
        List<Item> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        return sent == null ? batch.unsettled() : sent;
    }

    private Answers answers(@Nullable Object body, int expected) throws IOException {
        if (body instanceof Answers answers) {
            return answers;
        }
        if (body instanceof byte[] bytes) {
            return format.read(bytes, expected);
        }
        if (body instanceof CharSequence text) {
            return format.read(text.toString().getBytes(StandardCharsets.UTF_8), expected);
        }
        return format.read(Json.MAPPER.writeValueAsBytes(body), expected);
    }

    private static void settle(Item item, Answers answers, int index, Batch batch) {
        byte[] result = answers.result(index);
        if (result != null) {
            item.answer(result, batch.call());
        } else {
            item.fail(
                    new Failure(
                            "The answer to this item has no result (saddlebag.answer.result).",
                            ErrorText.of(answers.whole(index))),
                    batch.call());
        }
    }

    private static void report(
            Batch batch,
            int sent,
            int answered,
            IdMatcher.Match match,
            List<String> missing,
            List<String> contradicted) {
        if (!missing.isEmpty()) {
            LOG.warn(
                    "The endpoint of batch:{} answered {} of {} items; no answer for ids {}. Each item needs an answer that"
                            + " repeats its id.",
                    batch.name(),
                    answered,
                    sent,
                    some(missing));
        }
        if (!contradicted.isEmpty()) {
            LOG.warn(
                    "The endpoint of batch:{} gave different answers for the same ids {}: these items fail.",
                    batch.name(),
                    some(contradicted));
        }
        if (!match.unasked().isEmpty()) {
            LOG.warn(
                    "The endpoint of batch:{} answered ids that were not asked for: {}.",
                    batch.name(),
                    some(match.unasked()));
        }
    }

    private static String some(List<String> ids) {
        return ids.size() <= NAMED_IDS
                ? ids.toString()
                : ids.subList(0, NAMED_IDS) + " and " + (ids.size() - NAMED_IDS) + " more";
    }

    public void setFormat(WireFormat format) {
        this.format = format;
    }
}
