package io.github.saddlebag.call;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.job.JobStore;
import io.github.saddlebag.support.OnDone;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * Cuts a batch that was refused, has used up its tries, or is too large, into batches of their own: the expression of a
 * Split EIP that takes them one after the other.
 *
 * <p>A refused batch is halved. Where the endpoint took the first half, the second must hold what it refused: that one is
 * halved without being sent. Where only the second half can tell whether the first is to blame, the first steps aside,
 * and comes again after it. A batch that is larger than what the endpoint is known to take is cut into pieces that it
 * takes. What is left of one for some of whose items nobody waits any more is a single piece.
 */
public record Parts(BatchSize size) implements Expression {

    /** Header of a part: whether it is known to be refused. */
    public static final String KNOWN_BAD = "SaddlebagKnownBad";

    /** Header of a half: its state. */
    static final String STATE = "SaddlebagHalf";

    @Override
    public <T> T evaluate(Exchange exchange, Class<T> type) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean refused = !CallState.of(exchange).isLeftover()
                && Verdict.SPLIT.equals(exchange.getProperty(Verdict.PROPERTY, String.class));
        List<Item> items = batch.unsettled();
        return type.cast(refused ? new Halves(exchange, batch, items) : new Pieces(exchange, batch, items));
    }

    /** Whether a batch is larger than what the endpoint is known to take: it was formed before that was known. */
    public boolean isTooLarge(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        boolean submitted = exchange.getMessage().getHeader(JobParts.CLAIM) instanceof JobStore.Claim;
        return !submitted && batch.size() > 1 && !size.fits(batch.size(), batch.bytes());
    }

    /** Makes a part of a batch the batch of its exchange, which from now on answers for its items. */
    public static void hold(Exchange exchange) {
        Batch part = (Batch) exchange.getMessage().getBody();
        exchange.setProperty(BatchConstants.BATCH, part);
        exchange.removeProperty(FormatConstants.SENT);
        boolean knownBad = exchange.getMessage().getHeader(KNOWN_BAD, false, Boolean.class);
        if (knownBad) {
            Verdict.set(exchange, Verdict.SPLIT);
        } else {
            exchange.removeProperty(Verdict.PROPERTY);
        }
        CallState half = exchange.getMessage().getHeader(STATE, CallState.class);
        if (half == null) {
            CallState.part(exchange);
        } else {
            exchange.getMessage().removeHeader(STATE);
            half.hold(exchange);
        }
        OnDone.of(exchange, done -> part.close(done.getException()));
    }

    private static Message message(Exchange exchange, Batch part, @Nullable CallState state, boolean knownBad) {
        Message message = new DefaultMessage(exchange);
        message.setHeader(KNOWN_BAD, knownBad && part.size() > 1);
        message.setHeader(STATE, state);
        message.setBody(part);
        return message;
    }

    /** As many items at a time as the endpoint is known to take. */
    private final class Pieces implements Iterator<Message> {

        private final Exchange exchange;
        private final Batch batch;
        private final Deque<Item> rest;
        private int number;

        private Pieces(Exchange exchange, Batch batch, List<Item> items) {
            this.exchange = exchange;
            this.batch = batch;
            this.rest = new ArrayDeque<>(items);
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
            List<Item> some = new ArrayList<>();
            long bytes = 0;
            while (!rest.isEmpty()
                    && (some.isEmpty() || size.fits(some.size() + 1, bytes + size.wireBytes(rest.getFirst())))) {
                bytes += size.wireBytes(rest.getFirst());
                some.add(rest.removeFirst());
            }
            return message(exchange, batch.part(some, ++number, size), null, false);
        }
    }

    /** The first half, the second, and the first again where it stepped aside. */
    private final class Halves implements Iterator<Message> {

        private final Exchange exchange;
        private final Batch batch;
        private final List<Item> firstItems;
        private final List<Item> secondItems;
        private final CallState first;
        private final CallState second;
        private final boolean tooLarge;
        private @Nullable Batch firstPart;
        private @Nullable Batch secondPart;
        private int given;

        private Halves(Exchange exchange, Batch batch, List<Item> items) {
            int half = (items.size() + 1) / 2;
            this.exchange = exchange;
            this.batch = batch;
            this.firstItems = items.subList(0, half);
            this.secondItems = items.subList(half, items.size());
            CallState whole = CallState.of(exchange);
            this.tooLarge = whole.isTooLarge();
            this.first = whole.half(!secondItems.isEmpty());
            this.second = whole.half(false);
        }

        @Override
        public boolean hasNext() {
            return switch (given) {
                case 0 -> !firstItems.isEmpty();
                case 1 -> !secondItems.isEmpty();
                case 2 -> first.parts().hasSteppedAside();
                default -> false;
            };
        }

        @Override
        public Message next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return switch (given++) {
                case 0 -> message(exchange, firstPart(), first, false);
                case 1 -> second();
                default -> firstAgain();
            };
        }

        private Batch firstPart() {
            Batch part = batch.part(firstItems, 1, size);
            firstPart = part;
            return part;
        }

        private Message second() {
            Batch part = batch.part(secondItems, 2, size);
            secondPart = part;
            second.parts().other(first);
            return message(exchange, part, second, !tooLarge && firstPart != null && firstPart.wasTaken());
        }

        private Message firstAgain() {
            boolean otherIsWell = secondPart != null
                    && secondPart.wasTaken()
                    && second.history().failuresInRow() == 0;
            if (otherIsWell && first.history().tries() == 0) {
                first.history().holdAgainst();
            }
            return message(
                    exchange, firstPart(), first, !tooLarge && first.history().tries() > 0);
        }
    }
}
