/** Marks in texts: what of an item stands in an address, a body or an output, and how an answer is put into its item. */
@NullMarked
package io.github.saddlebag.template;

import org.jspecify.annotations.NullMarked;
