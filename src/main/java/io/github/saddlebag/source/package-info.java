/** Readers: a file, or a stream, to items. */
@NullMarked
package io.github.saddlebag.source;

import org.jspecify.annotations.NullMarked;
