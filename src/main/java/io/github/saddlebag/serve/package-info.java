/** The HTTP source: callers who wait for their own answer without a thread each. */
@NullMarked
package io.github.saddlebag.serve;

import org.jspecify.annotations.NullMarked;
