/** What is counted of a pipeline: for the summary at a run's end, for metrics and for health. */
@NullMarked
package io.github.saddlebag.stats;

import org.jspecify.annotations.NullMarked;
