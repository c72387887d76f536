/** The live page: what is counted of the pipelines of a runtime, once a second, for who looks at it in a browser. */
@NullMarked
package io.github.saddlebag.page;

import org.jspecify.annotations.NullMarked;
