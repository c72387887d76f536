package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.ItemInput;
import java.io.IOException;

/** What a run reads, as checkpoints know it again: a file, or several. */
public interface RunInput {

    /**
     * What is known of it when it was read up to a place.
     *
     * @param toItsEnd whether it is done to its end
     */
    InputIdentity identity(ItemInput.Place reached, boolean toItsEnd) throws IOException;

    /** Before anything of it was done. */
    InputIdentity begin();

    /** Lets go of what it looks into. */
    void release() throws IOException;
}
