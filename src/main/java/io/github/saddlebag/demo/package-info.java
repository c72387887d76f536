/** The endpoint that the demo and the mock command serve. Nothing but commands uses it. */
@NullMarked
package io.github.saddlebag.demo;

import org.jspecify.annotations.NullMarked;
