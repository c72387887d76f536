/** The list of items that is sent again in each period. */
@NullMarked
package io.github.saddlebag.timer;

import org.jspecify.annotations.NullMarked;
