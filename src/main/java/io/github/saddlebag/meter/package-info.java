/** What of a pipeline is shown to who watches it: meters of Micrometer, and its health. */
@NullMarked
package io.github.saddlebag.meter;

import org.jspecify.annotations.NullMarked;
