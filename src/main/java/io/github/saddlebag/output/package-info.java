/**
 * Files of results: lines, CSV and arrays in the order of the input, answers that wait for their turn on the disk, and files
 * that several inputs append to. It knows neither destinations nor routes.
 */
@NullMarked
package io.github.saddlebag.output;

import org.jspecify.annotations.NullMarked;
