/**
 * The steps of a call besides admission: headers, reading the answer, its status, what is tried again and as what, jobs, and the
 * HTTP client of batches. It may use every room of the call, and none may use it.
 */
@NullMarked
package io.github.saddlebag.call;

import org.jspecify.annotations.NullMarked;
