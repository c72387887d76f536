/**
 * The formats of requests and answers, one class each, and how answers are read. They are beans that {@code format} knows
 * as a {@link io.github.saddlebag.format.WireFormat}.
 */
@NullMarked
package io.github.saddlebag.wire;

import org.jspecify.annotations.NullMarked;
