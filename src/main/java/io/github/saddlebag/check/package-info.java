/** What {@code check} does without a run: requests shown and not sent, a few tried, and properties proposed for what came back. */
@NullMarked
package io.github.saddlebag.check;

import org.jspecify.annotations.NullMarked;
