/** Jobs: what an endpoint says of one, where it may be asked for, and what is remembered of it on disk. */
@NullMarked
package io.github.saddlebag.job;

import org.jspecify.annotations.NullMarked;
