/**
 * Before a request leaves: a place, the turn of its key, the pace, the rate, a pause that the endpoint asked for, and
 * credentials. Each class is a step that a route names.
 */
@NullMarked
package io.github.saddlebag.admission;

import org.jspecify.annotations.NullMarked;
