/**
 * The folder that {@code 10-source-file} looks into: which files are ready, whose turn it is, and where a file goes that is
 * done.
 */
@NullMarked
package io.github.saddlebag.inbox;

import org.jspecify.annotations.NullMarked;
