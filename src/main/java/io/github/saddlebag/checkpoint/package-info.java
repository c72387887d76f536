/**
 * How far a file was done: checkpoints on the disk, what says that an input is still the same, and the result file that goes
 * on behind them.
 */
@NullMarked
package io.github.saddlebag.checkpoint;

import org.jspecify.annotations.NullMarked;
