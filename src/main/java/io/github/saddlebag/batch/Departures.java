package io.github.saddlebag.batch;

import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Says when a batch may leave, by what it is sent on to: as long as it could not be sent, it stays open for what comes. Who
 * gathers batches knows nothing else of where they go.
 */
public interface Departures {

    /** The property of a batch's exchange that holds its {@link Departure}. */
    String PROPERTY = "SaddlebagDeparture";

    /**
     * A batch gets in line.
     *
     * @param leave told once, on a thread that may do the rest, when the batch may leave; null: {@link Departure#closed} says
     *     what
     */
    Departure enter(Batch batch, @Nullable Runnable leave);

    /** The place in line of a batch, then its leave; whoever sends the batch takes that over. */
    interface Departure {

        /** The batch has become more urgent, perhaps. */
        void look();

        /**
         * The batch is closed, and it is something else that waits for its leave.
         *
         * @param leave told once as above, unless true is returned
         * @return true: the batch may leave already
         */
        boolean closed(Runnable leave);

        /** The leave is not used, now or any more. Told twice, it counts once. */
        void end();
    }

    /** The exchange waits for something else before it is sent: it keeps nobody from leaving. */
    static void handBack(Exchange exchange) {
        Departure departure = exchange.getProperty(PROPERTY, Departure.class);
        if (departure != null) {
            departure.end();
        }
    }
}
