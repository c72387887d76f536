/** Files that are saved while a runtime runs. */
@NullMarked
package io.github.saddlebag.watch;

import org.jspecify.annotations.NullMarked;
