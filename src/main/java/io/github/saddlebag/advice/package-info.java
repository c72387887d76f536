/** Which settings of a pipeline would serve it better, from what was counted of it. */
@NullMarked
package io.github.saddlebag.advice;

import org.jspecify.annotations.NullMarked;
