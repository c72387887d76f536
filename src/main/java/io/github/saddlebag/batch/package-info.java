/**
 * The {@code batch:} component: parks callers, gives their items to the route that batches them, and hands every item
 * its own fate. It knows nothing of HTTP.
 */
@NullMarked
package io.github.saddlebag.batch;

import org.jspecify.annotations.NullMarked;
