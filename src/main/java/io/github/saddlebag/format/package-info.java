/** Wire formats: items to a request, an answer to answers, and which answer belongs to which item. */
@NullMarked
package io.github.saddlebag.format;

import org.jspecify.annotations.NullMarked;
