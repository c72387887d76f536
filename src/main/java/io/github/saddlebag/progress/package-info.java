/** What a run says of itself: the bar while it goes, the sum at its end, and its dead letters counted. */
@NullMarked
package io.github.saddlebag.progress;

import org.jspecify.annotations.NullMarked;
