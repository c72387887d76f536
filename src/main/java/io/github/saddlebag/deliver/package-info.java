/** Where fates go: result files in the order of the input, dead letters, and the choice between destinations. */
@NullMarked
package io.github.saddlebag.deliver;

import org.jspecify.annotations.NullMarked;
