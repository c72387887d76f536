package io.github.saddlebag.batch;

import io.github.saddlebag.memory.HeldAnswers;
import io.github.saddlebag.memory.Memory;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of a {@link Parked} list that go on ahead of it, in parts, each as an exchange of its own: one part after the
 * other, but for those that are held up. What is left goes on with the list itself, unless a part did not arrive.
 */
final class ParkedParts {

    private final Parked parked;
    private final HeldAnswers held;
    private final Exchange exchange;
    private final AsyncProducer producer;
    private final AtomicBoolean due = new AtomicBoolean();
    private @Nullable Part underWay;
    /** Parts that wait for something to come back. */
    private int heldUp;

    private boolean over;
    private volatile boolean undelivered;
    private @Nullable Exception problem;

    /** @param producer is given lists of outcomes */
    ParkedParts(Parked parked, HeldAnswers held, Exchange exchange, AsyncProducer producer) {
        this.parked = parked;
        this.held = held;
        this.exchange = exchange;
        this.producer = producer;
    }

    private final class Part {
        private final List<Outcome> outcomes;
        private boolean isHeldUp;

        private Part(List<Outcome> outcomes) {
            this.outcomes = outcomes;
        }

        private void holdUp() {
            synchronized (ParkedParts.this) {
                if (underWay != this) {
                    return;
                }
                underWay = null;
                isHeldUp = true;
                heldUp++;
            }
            next();
        }

        private void delivered() {
            long bytes = 0;
            for (Outcome outcome : outcomes) {
                bytes += Memory.of(outcome.answer());
                outcome.item().delivered();
            }
            held.drop(bytes);
        }

        /** It has arrived, or will not. */
        private void done(@Nullable Exception error) {
            delivered();
            if (error != null) {
                undelivered = true;
                failed(error);
            }
            boolean all;
            synchronized (ParkedParts.this) {
                if (isHeldUp) {
                    heldUp--;
                } else {
                    underWay = null;
                }
                all = over && underWay == null && heldUp == 0;
            }
            if (all) {
                parked.end();
            } else {
                next();
            }
        }
    }

    /** Sends some on; it does not wait. */
    private void send(List<Outcome> some, Runnable whenHeldUp, Consumer<@Nullable Exception> whenDone) {
        Exchange part = ExchangeHelper.createCopy(exchange, false);
        part.setProperty(BatchConstants.HELD_UP, whenHeldUp);
        part.getMessage().setBody(some);
        try {
            producer.process(part, doneSync -> whenDone.accept(part.getException()));
        } catch (RuntimeException e) {
            whenDone.accept(e);
        }
    }

    /** Something has its fate: it goes on soon. */
    void next() {
        if (due.compareAndSet(false, true)) {
            parked.hub().soon(this::sendNext);
        }
    }

    /** Sends on what has its fate by now; not if such a part is under way, and not held up. */
    private void sendNext() {
        Part part;
        synchronized (this) {
            due.set(false);
            if (underWay != null || over && heldUp == 0) {
                return;
            }
            List<Outcome> some = parked.takeFates();
            if (some.isEmpty()) {
                return;
            }
            part = new Part(some);
            underWay = part;
        }
        send(part.outcomes, part::holdUp, part::done);
    }

    /** All fates are there. False: the list is to wait for parts, and is told. */
    boolean areOver() {
        boolean rest;
        synchronized (this) {
            over = true;
            if (underWay != null) {
                return false;
            }
            rest = heldUp > 0;
        }
        if (rest) {
            // it does not wait for those before it
            parked.hub().soon(this::sendNext);
        }
        return !rest;
    }

    /** Something did not arrive, or was given back: that is what the list ends with. */
    synchronized void failed(Exception error) {
        if (problem == null) {
            problem = error;
        }
    }

    /** The list ends: with what is left, or, where something failed, after that. */
    void last(List<Outcome> rest) {
        Exception error = problem;
        if (error == null) {
            exchange.getMessage().setBody(rest);
            parked.goOn();
        } else if (rest.isEmpty()) {
            failWith(error);
        } else {
            send(rest, () -> {}, more -> {
                undelivered |= more != null;
                held.drop();
                failWith(error);
            });
        }
    }

    private void failWith(Exception error) {
        if (!undelivered) {
            exchange.setProperty(BatchConstants.REST_GIVEN_BACK, true);
        }
        exchange.setException(error);
        parked.goOn();
    }
}
