/**
 * What is known of an endpoint and of one attempt to call it: its state, hosts and turns, its reply, the room in memory for
 * its answers, and when it is given up.
 */
@NullMarked
package io.github.saddlebag.endpoint;

import org.jspecify.annotations.NullMarked;
