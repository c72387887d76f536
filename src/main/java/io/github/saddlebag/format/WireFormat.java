package io.github.saddlebag.format;

import io.github.saddlebag.batch.Item;
import java.util.List;

/** How the items of a batch become the body of one request, and its response becomes answers. */
public interface WireFormat {

    /** The request's media type. */
    String contentType();

    /** The request's body. */
    byte[] write(List<Item> items);

    /**
     * The answers that stand in a response.
     *
     * @param expected about how many there will be
     * @throws MalformedAnswerException the response has another shape
     */
    Answers read(byte[] response, int expected) throws MalformedAnswerException;

    /** By what the answers belong to items. */
    default Correlation correlation() {
        return Correlation.ID;
    }

    /** Whether an item cannot be told from the others without an id. */
    default boolean needsIds() {
        return correlation() == Correlation.FAILURES ? !failuresByIndex() : correlation() != Correlation.POSITION;
    }

    /** Whether failures are known by the index of their items. */
    default boolean failuresByIndex() {
        return false;
    }
}
