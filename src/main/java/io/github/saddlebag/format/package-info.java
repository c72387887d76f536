/**
 * What a wire format has to say ({@link io.github.saddlebag.format.WireFormat}), the steps that use it, and which answer
 * belongs to which item. The formats themselves are in {@code wire}.
 */
@NullMarked
package io.github.saddlebag.format;

import org.jspecify.annotations.NullMarked;
