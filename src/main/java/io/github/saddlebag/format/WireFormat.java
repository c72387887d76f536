package io.github.saddlebag.format;

import io.github.saddlebag.batch.BatchSize.ItemRules;
import io.github.saddlebag.batch.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the items of a batch become the body of one request, and its response becomes answers. A format is one class and
 * one bean, {@code saddlebagFormat-NAME}; its name is what {@code saddlebag.call.format} says.
 */
public interface WireFormat extends ItemRules {

    /** The request's media type. */
    default String contentType() {
        return "application/json";
    }

    /** Whether what is written is added to the query of the address, and the request is a GET without a body. */
    default boolean isQuery() {
        return false;
    }

    /** The media types of responses that it reads. */
    default String accept() {
        return "application/json";
    }

    /** The request's body. */
    byte[] write(List<Item> items);

    /**
     * The answers that stand in a response.
     *
     * @param expected how many there should be
     * @throws MalformedAnswerException the response has another shape
     */
    Answers read(byte[] response, int expected) throws MalformedAnswerException;

    /**
     * The same where more is known of the response than its body. Unless a format says otherwise, nothing else counts.
     *
     * @throws MalformedAnswerException the response has another shape
     */
    default Answers read(Response response, int expected) throws MalformedAnswerException {
        return read(response.body(), expected);
    }

    /** By what the answers belong to items. */
    default Correlation correlation() {
        return Correlation.ID;
    }

    /** Whether an item cannot be told from the others without an id. */
    default boolean needsIds() {
        return correlation() == Correlation.FAILURES
                ? !failuresByIndex()
                : correlation().needsIds();
    }

    /** Whether equal ids must not stand in one request. */
    default boolean needsUniqueIds() {
        return correlation().needsUniqueIds();
    }

    /** Whether failures are known by the index of their items. */
    default boolean failuresByIndex() {
        return false;
    }

    /** Why an answer, which says nothing of an error, is none: its result is not where it should be. */
    default String withoutResult(byte[] answer) {
        return "The answer to this item has no result where one should be.";
    }

    /** Why the item cannot stand in a request, as a sentence; null: it can. */
    default @Nullable String refusal(Item item) {
        return null;
    }

    /** Whether an answer to the item is due. */
    default boolean isAnswered(Item item) {
        return true;
    }

    /** How many answers are due to these items. */
    default int answersTo(List<Item> items) {
        return items.size();
    }

    @Override
    default long wireBytes(Item item) {
        return item.wire().length + 1L;
    }
}
