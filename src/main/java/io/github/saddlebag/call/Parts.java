package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Item;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a batch that was refused, or is too large, into batches of their own: the expression of a Split EIP that takes
 * them one after the other.
 *
 * <p>A refused batch is halved. Where the endpoint took the first half, the second must hold what it refused: that one is
 * halved without being sent. A batch that is larger than what the endpoint is known to take is cut into pieces that it
 * takes.
 */
public final class Parts implements Expression {

    /** Exchange property: whether the batch was refused for its size. */
    static final String TOO_LARGE = "SaddlebagTooLarge";

    /** Header of a part: whether it is known to be refused. */
    public static final String KNOWN_BAD = "SaddlebagKnownBad";

    private BatchSize size = new BatchSize();

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean refused = Verdict.SPLIT.equals(exchange.getProperty(Verdict.PROPERTY, String.class));
        boolean tooLarge = !refused || exchange.getProperty(TOO_LARGE, false, Boolean.class);
        List<Item> items = batch.unsettled();
        int most = refused ? (items.size() + 1) / 2 : size.maxItems();
        return type.cast(new PartIterator(exchange, batch, items, Math.max(1, most), tooLarge));
    }

    private final class PartIterator implements Iterator<Message> {

        private final Exchange exchange;
        private final Batch batch;
        private final Deque<Item> rest;
        private final int most;
        private final boolean tooLarge;
        private int number;
        private @Nullable Batch before;

        private PartIterator(Exchange exchange, Batch batch, List<Item> items, int most, boolean tooLarge) {
            this.exchange = exchange;
            this.batch = batch;
            this.rest = new ArrayDeque<>(items);
            this.most = most;
            this.tooLarge = tooLarge;
        }

        @Override
        public boolean hasNext() {
            return !rest.isEmpty();
        }

        @Override
        public Message next() {
            if (rest.isEmpty()) {
                throw new NoSuchElementException();
            }
            Deque<Item> some = new ArrayDeque<>();
            while (!rest.isEmpty() && some.size() < most) {
                some.addLast(rest.removeFirst());
            }
            Batch part = batch.part(List.copyOf(some), ++number, size);
            boolean knownBad = !tooLarge && before != null && before.wasTaken() && part.size() > 1;
            before = part;
            Message message = new DefaultMessage(exchange);
            message.setHeader(KNOWN_BAD, knownBad);
            message.setBody(part);
            return message;
        }
    }

    /** How large a batch may be, as far as that is known. */
    public void setSize(BatchSize size) {
        this.size = size;
    }
}
