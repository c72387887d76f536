/** JSON as bytes: a scanner that finds ids and the ends of values, and the parser for all that is unusual. It knows no item. */
@NullMarked
package io.github.saddlebag.json;

import org.jspecify.annotations.NullMarked;
