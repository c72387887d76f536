/** The HTTP call: what may be tried again, when, how many at once, and what is said about it. */
@NullMarked
package io.github.saddlebag.call;

import org.jspecify.annotations.NullMarked;
