/**
 * From items to batches: what {@code 20-batch} needs besides the Aggregator. A batch is bounded by count, by bytes and by
 * age ({@code max-wait}), and an item waits for an earlier one of its id. It knows {@code batch}, and nothing of HTTP.
 */
@NullMarked
package io.github.saddlebag.aggregate;

import org.jspecify.annotations.NullMarked;
