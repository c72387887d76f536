package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.output.Mark;

/**
 * Where a run goes on that an earlier one has left.
 *
 * @param place where to begin in the input
 * @param written what is written already
 */
public record Resume(ItemInput.Place place, Mark written) {

    public static final Resume ANEW = new Resume(ItemInput.Place.BEGIN, Mark.NONE);
}
