package io.github.saddlebag.source;

import io.github.saddlebag.deliver.OrderedFile.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run goes on that an earlier one has left unfinished.
 *
 * @param place where to begin in the input
 * @param written what is written already
 */
record Resume(ItemInput.Place place, Mark written) {

    static final Resume ANEW = new Resume(ItemInput.Place.BEGIN, Mark.NONE);

    private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

    /** Whether a run with these files goes on where an earlier one has left off. Changes nothing. */
    static boolean isKnown(Path checkpoint, Path input, String settings, Path results, Path deadLetters)
            throws IOException {
        if (Files.notExists(checkpoint)) {
            return false;
        }
        try {
            return difference(CheckpointFile.read(checkpoint), input, settings, results, deadLetters)
                    .isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** What the checkpoint says, where input, output and settings are still those it knows. */
    static Resume of(Path checkpoint, Path input, String settings, Path results, Path deadLetters) throws IOException {
        if (Files.notExists(checkpoint)) {
            return ANEW;
        }
        String why;
        try {
            Checkpoint known = CheckpointFile.read(checkpoint);
            why = difference(known, input, settings, results, deadLetters);
            if (why.isEmpty()) {
                LOG.info(
                        "{}: {} items were done before, {} of them failed; it goes on behind line {} of {}.",
                        checkpoint.getFileName(),
                        known.written().items(),
                        known.written().failed(),
                        known.place().line(),
                        input.getFileName());
                return new Resume(known.place(), known.written());
            }
        } catch (IOException e) {
            why = "it cannot be read (" + e.getMessage() + ")";
        }
        LOG.warn("{} is not gone on with: {}. The run starts anew.", checkpoint, why);
        // before the results are cut, which it would otherwise count on
        CheckpointFile.delete(checkpoint);
        return ANEW;
    }

    private static String difference(Checkpoint known, Path input, String settings, Path results, Path deadLetters)
            throws IOException {
        String why = known.input().difference(input, known.reached(), known.complete());
        if (!why.isEmpty()) {
            return why;
        }
        if (!known.settings().equals(settings)) {
            return "address, pointers, format or other settings that results depend on are others now";
        }
        if (!known.deadLetters().equals(deadLetters.toAbsolutePath().toString())) {
            return "dead letters go to another file now";
        }
        if (Files.notExists(results)
                || !FileIdentity.of(results).key().equals(known.results().key())
                || !isWhole(results, known.written().length())) {
            return "the result file is another one now";
        }
        return known.written().letterLength() == 0
                        || Files.exists(deadLetters)
                                && isWhole(deadLetters, known.written().letterLength())
                ? ""
                : "the dead letters are another file now";
    }

    /** Whether the file has so many bytes, and a line ends there. */
    private static boolean isWhole(Path file, long length) throws IOException {
        if (Files.size(file) < length) {
            return false;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return length == 0 || in.read(last, length - 1) == 1 && last.get(0) == '\n';
        }
    }
}
