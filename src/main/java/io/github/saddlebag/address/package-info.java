/**
 * Addresses that requests go to: an item's URL is judged here, host names are resolved, and what is not public, or not
 * allowed, is refused. It sends nothing.
 */
@NullMarked
package io.github.saddlebag.address;

import org.jspecify.annotations.NullMarked;
