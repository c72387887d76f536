/**
 * Readers: from the bytes of a file to its items, for lines, arrays, CSV and documents, and which of these a file is. It
 * knows neither runs nor checkpoints.
 */
@NullMarked
package io.github.saddlebag.input;

import org.jspecify.annotations.NullMarked;
