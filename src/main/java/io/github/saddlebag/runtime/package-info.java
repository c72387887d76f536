/**
 * The standalone runtime: Camel Main with our routes, its configuration, profiles, logs, signals and management server. It
 * knows no command.
 */
@NullMarked
package io.github.saddlebag.runtime;

import org.jspecify.annotations.NullMarked;
