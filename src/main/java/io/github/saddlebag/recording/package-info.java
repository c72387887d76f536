/** When requests and batches were, in a file: written by a run, and read for advice. */
@NullMarked
package io.github.saddlebag.recording;

import org.jspecify.annotations.NullMarked;
