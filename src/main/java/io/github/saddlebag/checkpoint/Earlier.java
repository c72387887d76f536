package io.github.saddlebag.checkpoint;

import io.github.saddlebag.output.ArrayRows;
import io.github.saddlebag.output.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier run has left in the files of this one.
 *
 * @param resume where to go on, where that run is this one
 * @param why why it is another one; empty: nothing is known of it
 * @param ownLetters whether the dead letters are those of this run, whatever became of its results
 */
public record Earlier(Kind kind, Resume resume, String why, boolean ownLetters) {

    public static final Earlier NOTHING = none("", false);

    /**
     * What is read now.
     *
     * @param last the file, or the last of several
     * @param list null: it is one file
     */
    public record Known(Path last, @Nullable InputList list) {

        public static Known of(Path file) {
            return new Known(file, null);
        }

        public static Known of(InputList list) {
            return new Known(list.files().get(list.files().size() - 1), list);
        }

        /** Why it is another input than that of the checkpoint; empty: it is that. */
        private String difference(Checkpoint known) throws IOException {
            if (list != null) {
                return ManyFiles.difference(list, known);
            }
            return known.input().listed() == null
                    ? known.input().difference(last, known.complete())
                    : "the input was several files";
        }
    }

    public enum Kind {
        NONE,
        UNFINISHED,
        FINISHED,
        /** Finished, and its input has grown since. */
        GROWN,
        OTHER
    }

    /** What a run with these files and settings finds. Changes nothing. */
    public static Earlier of(
            Path checkpoint, Known input, String settings, Path results, Path deadLetters, SharedFiles shared)
            throws IOException {
        if (Files.notExists(checkpoint)) {
            return NOTHING;
        }
        try {
            return of(CheckpointFile.read(checkpoint), input, settings, results, deadLetters, shared);
        } catch (IOException e) {
            return none("its checkpoint cannot be read: " + e.getMessage(), false);
        }
    }

    private static Earlier none(String why, boolean ownLetters) {
        return new Earlier(Kind.NONE, Resume.ANEW, why, ownLetters);
    }

    private static Earlier other(String why) {
        return new Earlier(Kind.OTHER, Resume.ANEW, why, false);
    }

    private static Earlier of(
            Checkpoint known, Known input, String settings, Path results, Path deadLetters, SharedFiles shared)
            throws IOException {
        String why = input.difference(known);
        if (!why.isEmpty()) {
            return other(why);
        }
        if (!known.settings().equals(settings)) {
            return other("address, pointers, format or other settings that results depend on are others now");
        }
        if (!known.deadLetters().equals(deadLetters.toAbsolutePath().toString())) {
            return other("dead letters went to another file");
        }
        Mark written = known.written();
        if (Files.notExists(results) || Files.size(results) == 0 && written.length() > 0) {
            return none("", sizeOf(deadLetters) == written.letterLength());
        }
        if (!FileIdentity.of(results).key().equals(known.results().key()) || !isWhole(results, written.length())) {
            return other("the result file is another one now");
        }
        if (!known.complete()) {
            // what a replay has left of them since is not cut
            long letters = isWhole(deadLetters, written.letterLength()) ? written.letterLength() : sizeOf(deadLetters);
            return new Earlier(Kind.UNFINISHED, resume(known, letters), "", true);
        }
        boolean longer = Files.size(results) > written.length();
        if (!shared.results() && longer && !isClosed(results, written.length())) {
            return other("something was added to the results since");
        }
        return new Earlier(
                known.input().isSame(input.last) ? Kind.FINISHED : Kind.GROWN,
                resume(known, sizeOf(deadLetters)),
                "",
                true);
    }

    private static Resume resume(Checkpoint known, long letters) {
        Mark written = known.written();
        return new Resume(known.place(), written.withLengths(written.length(), letters));
    }

    /** Whether what follows is no more than what closes an array, or as much of it as was written before a crash. */
    private static boolean isClosed(Path results, long length) throws IOException {
        byte[] tail = new ArrayRows().tail(length == 0);
        long more = Files.size(results) - length;
        if (more > tail.length) {
            return false;
        }
        try (FileChannel in = FileChannel.open(results, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate((int) more);
            return in.read(last, length) == more && last.flip().equals(ByteBuffer.wrap(tail, 0, (int) more));
        }
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** Whether the file has so many bytes, and a line ends there. */
    private static boolean isWhole(Path file, long length) throws IOException {
        if (length == 0) {
            return true;
        }
        if (sizeOf(file) < length) {
            return false;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return in.read(last, length - 1) == 1 && last.get(0) == '\n';
        }
    }
}
