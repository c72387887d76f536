/** Spans of OpenTelemetry, where the host traces: of a message that waits, of a batch, of each attempt of a request. */
@NullMarked
package io.github.saddlebag.trace;

import org.jspecify.annotations.NullMarked;
