/** One item a request: its URL, headers and body, and the asynchronous step that sends it. */
@NullMarked
package io.github.saddlebag.single;

import org.jspecify.annotations.NullMarked;
