package io.github.saddlebag.source;

import io.github.saddlebag.checkpoint.Trouble;
import io.github.saddlebag.output.ResultShape;
import io.github.saddlebag.output.Rows;
import io.github.saddlebag.setting.Pipeline;

/**
 * How a run reads and writes.
 *
 * @param shape how results stand in their file
 * @param rows makes that of result lines
 * @param newKeys whether the items of dead letters are sent as new requests in any case
 * @param most the most items that are read
 * @param places the room that it shares with others
 * @param repeated whether an earlier process may have sent the same items
 * @param batchedAlone whether its items share no batch with those of other files
 * @param limits how what cannot be written is tried again
 * @param pipeline whose run it is, for messages and names of threads
 */
record RunOptions(
        int chunk,
        long most,
        Places places,
        boolean unwrap,
        boolean ordered,
        ResultShape shape,
        Rows rows,
        boolean newKeys,
        boolean repeated,
        boolean batchedAlone,
        Trouble.Limits limits,
        Pipeline pipeline) {}
