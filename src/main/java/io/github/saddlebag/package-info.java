/** What a host calls. */
@NullMarked
package io.github.saddlebag;

import org.jspecify.annotations.NullMarked;
