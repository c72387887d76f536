/** Bytes of an input as UTF-8: compressed files, other encodings, and streams that count or end early. It knows no items. */
@NullMarked
package io.github.saddlebag.unpack;

import org.jspecify.annotations.NullMarked;
