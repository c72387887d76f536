/** How much of the heap responses take, and who waits until there is room for one. */
@NullMarked
package io.github.saddlebag.memory;

import org.jspecify.annotations.NullMarked;
