/** The demo and its mock API: on the side of the commands, out of the library's way. */
@NullMarked
package io.github.saddlebag.cli.demo;

import org.jspecify.annotations.NullMarked;
