package io.github.saddlebag;

import io.github.saddlebag.aggregate.AwaitDeparture;
import io.github.saddlebag.aggregate.BatchGroups;
import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.aggregate.OrderById;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.config.Settings;

/** The beans of how items become batches. */
final class BatchBeans {

    final BatchSize size;
    private final BatchGroups groups;
    private final AwaitDeparture departure;

    BatchBeans(Made made, Settings settings, FormatBeans formats, EndpointBeans endpoint) {
        size = made.add("Size", new BatchSize());
        size.setMaxItems(settings.batch().maxItems());
        size.setMaxBytes(settings.batch().maxBytes());
        size.setRules(formats.format);

        BatchStrategy batches = made.add("Batches", new BatchStrategy());
        batches.setSize(size);
        batches.setRules(formats.format);

        OrderById order = made.add("Order", new OrderById());
        order.setOrder(settings.batch().orderById());

        groups = made.add("Groups", new BatchGroups());
        groups.setMaxWait(settings.batch().maxWait());
        groups.setCalls(endpoint.calls);

        departure = made.add("Departure", new AwaitDeparture());
    }

    /** What says when a batch may leave. */
    void departures(Departures departures) {
        groups.setDepartures(departures);
        departure.setDepartures(departures);
    }
}
