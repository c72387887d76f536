package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.stats.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Gives each item of a batch the answer that is its own, or a failure that says what was wrong with the answers. */
public final class MatchAnswers implements Processor {

    private static final String UNCLEAR =
            "The endpoint names a failure that belongs to none of the items it was sent, so"
                    + " nobody can tell which of the others are done (saddlebag.answer.id, saddlebag.answer.index).";

    private static final int LONGEST_ID = 60;

    private final MatchReport report = new MatchReport();

    private final WireFormat format;

    private final ItemRetry retry;

    public MatchAnswers(WireFormat format, ItemRetry retry) {
        this.format = format;
        this.retry = retry;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        List<Item> items = sent(exchange, batch);
        if (items.isEmpty()) {
            return;
        }
        Answers answers = answers(exchange.getMessage().getBody(), format.answersTo(items));
        Answers.Refusal refusal = answers.refusal();
        if (refusal != null) {
            items.forEach(item -> fail(
                    item,
                    new Failure(Reason.REFUSED, "The endpoint refused the request of this item.", refusal.detail()),
                    batch));
            return;
        }
        List<@Nullable String> ids = new ArrayList<>(items.size());
        for (Item item : items) {
            ids.add(format.isAnswered(item) ? item.id() : null);
        }
        Matcher.Match match =
                Matcher.match(format.correlation(), ids, batch.hasUniqueIds(), format.failuresByIndex(), answers);
        smaller(items, match, answers, batch);
        Unnamed unnamed = Unnamed.of(format, items, match, answers);
        for (int i = 0; i < match.answerOf().length; i++) {
            Item item = items.get(i);
            if (match.answerOf()[i] != Matcher.MISSING) {
                settle(item, match.answerOf()[i], answers, batch);
            } else if (format.isAnswered(item)) {
                Failure failure = new Failure(
                        Reason.NO_ANSWER, missing(answers, items.size(), match.unasked()), unnamed.detail());
                failOr(unnamed.retry(), item, failure, false, null, batch);
            } else {
                // no answer is due, so none is missing
                match.answerOf()[i] = Matcher.DONE;
                settleSilent(item, unnamed, batch);
            }
        }
        report.of(batch, ids, answers.answered(), match);
        int busy = busy(match, answers);
        if (busy > 0) {
            retry.busy(exchange, (double) busy / items.size());
        }
    }

    /** How many items are told to come again for there being too many: by 429 or 503, or without any status. */
    private static int busy(Matcher.Match match, Answers answers) {
        int busy = 0;
        for (int answer : match.answerOf()) {
            if (answer >= 0 && answers.isFailed(answer) && answers.isRetry(answer)) {
                int status = answers.status(answer);
                busy += status <= 0 || status == 429 || status == 503 ? 1 : 0;
            }
        }
        return busy;
    }

    /** Those that were one too many go again; whoever has no fate then, has it by what follows. */
    private void smaller(List<Item> items, Matcher.Match match, Answers answers, Batch batch) {
        if (!answers.isCut() || items.size() < 2) {
            return;
        }
        List<Item> back = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            int answer = match.answerOf()[i];
            if (answer >= 0 && answers.isTooLarge(answer) && items.get(i).fate() == null) {
                back.add(items.get(i));
            }
        }
        List<Item> again = back.isEmpty() ? back : retry.smaller(batch, back);
        again.forEach(item -> match.answerOf()[items.indexOf(item)] = Matcher.AGAIN);
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

    private String missing(Answers answers, int sent, List<String> unasked) {
        if (answers.nameless() != null) {
            return "No answer for this item: " + answers.nameless() + '.';
        }
        String said =
                "No answer for this item: the endpoint gave " + answers.answered() + " answers for " + sent + " items";
        if (format.correlation() == Correlation.POSITION) {
            return said + ", and by their position none can be told from the others.";
        }
        return format.correlation() == Correlation.ID && !unasked.isEmpty()
                ? said + "; " + unasked.size() + " of them belong to no item, such as '" + shortened(unasked.get(0))
                        + "' (saddlebag.answer.id)."
                : said + '.';
    }

    private static String shortened(String id) {
        return id.length() <= LONGEST_ID ? id : id.substring(0, LONGEST_ID) + "...";
    }

    private static void settleSilent(Item item, Unnamed unnamed, Batch batch) {
        if (unnamed.refused() > 0) {
            fail(item, new Failure(Reason.ITEM_REFUSED, unnamed.reason(), unnamed.detail()), batch);
        } else {
            item.answer(Answers.NULL, batch.call());
        }
    }

    private void settle(Item item, int answer, Answers answers, Batch batch) {
        switch (answer) {
            case Matcher.DONE -> item.answer(Answers.NULL, batch.call());
            case Matcher.CONTRADICTED ->
                fail(
                        item,
                        new Failure(
                                Reason.AMBIGUOUS,
                                "Different answers came for this item; which is right cannot be told."),
                        batch);
            case Matcher.AGAIN -> {}
            case Matcher.UNCLEAR -> fail(item, new Failure(Reason.AMBIGUOUS, UNCLEAR, unclear(answers)), batch);
            default -> settleAnswered(item, answer, answers, batch);
        }
    }

    private void settleAnswered(Item item, int answer, Answers answers, Batch batch) {
        if (answers.isFailed(answer) && !isOwn(answers.doubt(answer), item)) {
            int status = answers.status(answer);
            String reason = answers.reason(answer);
            String said = "The endpoint failed this item" + (status > 0 ? " with status " + status : "") + ".";
            Failure failure = Failure.ofItem(
                    reason == null ? said : reason, answers.detail(answer), reason == null ? Math.max(0, status) : 0);
            failOr(
                    answers.isRetry(answer),
                    item,
                    failure,
                    answers.isRefused(answer),
                    answers.retryAfter(answer),
                    batch);
            return;
        }
        byte[] result = answers.result(answer);
        if (result != null) {
            item.answer(result, batch.call());
            return;
        }
        String error = ErrorText.of(answers.whole(answer));
        fail(
                item,
                new Failure(
                        Reason.NO_ANSWER,
                        error == null
                                ? format.withoutResult(answers.whole(answer))
                                : "The endpoint has no result for this item.",
                        error),
                batch);
    }

    /** Puts the item back for a later batch, if it may be; else it fails. */
    private void failOr(
            boolean mayRetry, Item item, Failure failure, boolean refused, @Nullable String retryAfter, Batch batch) {
        if (!mayRetry) {
            fail(item, failure, batch);
            return;
        }
        // before it is put back: from then on it belongs to others
        item.tried(told(failure, batch));
        if (!retry.again(batch, item, failure.status(), refused, retryAfter)) {
            item.fail(failure, null);
        }
    }

    private static void fail(Item item, Failure failure, Batch batch) {
        item.fail(failure, told(failure, batch));
    }

    private static @Nullable Call told(Failure failure, Batch batch) {
        Call call = batch.call();
        return call == null ? null : call.and(failure.asAttempt(call));
    }

    /** Whether what looks like an error stands in the item as well, and so is merely repeated. */
    private static boolean isOwn(@Nullable JsonNode doubt, Item item) {
        byte[] content = item.content();
        if (doubt == null || content == null) {
            return false;
        }
        try {
            return AnswerRules.isIn(Json.MAPPER.readTree(content), doubt);
        } catch (IOException e) {
            return false;
        }
    }

    /** What the first of the failures says that belong to no item. */
    private static @Nullable String unclear(Answers answers) {
        for (int i = answers.answered(); i < answers.size(); i++) {
            if (answers.detail(i) != null) {
                return answers.detail(i);
            }
        }
        return null;
    }

    /** What was wrong with answers so far. */
    public MatchReport report() {
        return report;
    }
}
