/**
 * What every room may use and that knows none of them: steps that go on later, the signal of a stop, threads, locks on
 * paths, names that are forced to the disk, and errors that end a run. It knows only settings.
 */
@NullMarked
package io.github.saddlebag.support;

import org.jspecify.annotations.NullMarked;
