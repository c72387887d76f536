/**
 * How fast: rates and their tokens, the pace that is learned from refusals, {@code Retry-After} and the fields of limits,
 * back-off and the budget of retries. It knows neither items nor HTTP clients.
 */
@NullMarked
package io.github.saddlebag.pace;

import org.jspecify.annotations.NullMarked;
