package io.github.saddlebag;

import io.github.saddlebag.aggregate.AwaitDeparture;
import io.github.saddlebag.aggregate.BatchGroups;
import io.github.saddlebag.aggregate.BatchStrategy;
import io.github.saddlebag.aggregate.OrderById;
import io.github.saddlebag.batch.BatchSize;
import io.github.saddlebag.batch.Departures;
import io.github.saddlebag.config.BatchSettings;
import io.github.saddlebag.config.Settings;

/** The beans of how items become batches. */
final class BatchBeans {

    final BatchSize size;

    /** @param departures what says when a batch may leave */
    BatchBeans(Made made, Settings settings, FormatBeans formats, EndpointBeans endpoint, Departures departures) {
        BatchSettings given = settings.batch();
        size = made.add("Size", new BatchSize(given.maxItems(), given.maxBytes(), formats.format));
        made.add("Batches", new BatchStrategy(size, formats.format.needsUniqueIds()));
        made.add("Order", new OrderById(given.orderById(), item -> true));
        made.add("Groups", new BatchGroups(made.name("-max-wait"), given.maxWait(), endpoint.calls, departures));
        made.add("Departure", new AwaitDeparture(departures));
    }
}
