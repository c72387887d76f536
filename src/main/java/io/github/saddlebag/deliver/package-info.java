/** Where outcomes go: the choice between destinations by name, dead letters, records, and deliveries that are tried again. */
@NullMarked
package io.github.saddlebag.deliver;

import org.jspecify.annotations.NullMarked;
