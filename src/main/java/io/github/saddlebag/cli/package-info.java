/** The commands: the only package that knows Camel Main. */
@NullMarked
package io.github.saddlebag.cli;

import org.jspecify.annotations.NullMarked;
