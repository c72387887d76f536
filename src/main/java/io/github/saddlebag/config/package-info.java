/**
 * All properties, each in one place: a record for each stage, whose components say name, default, bounds and meaning, and
 * what reads them from a context. Nothing else may enter. Knows {@code setting} alone, by which texts become values.
 */
@NullMarked
package io.github.saddlebag.config;

import org.jspecify.annotations.NullMarked;
