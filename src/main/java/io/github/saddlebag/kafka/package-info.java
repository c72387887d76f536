/** Records of topics to items, and how far each partition is done. */
@NullMarked
package io.github.saddlebag.kafka;

import org.jspecify.annotations.NullMarked;
