package io.github.saddlebag.checkpoint;

import io.github.saddlebag.support.PathLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The locks of the files that a run writes: all of them, or none. */
public final class Locks implements Closeable {

    private final Deque<PathLock> held = new ArrayDeque<>();

    private Locks() {}

    /** @param files null: not a file */
    public static Locks of(@Nullable Path... files) throws IOException {
        Locks locks = new Locks();
        try {
            for (Path file : files) {
                if (file != null) {
                    locks.held.push(PathLock.of(file));
                }
            }
        } catch (IOException | RuntimeException e) {
            locks.close();
            throw e;
        }
        return locks;
    }

    @Override
    public void close() throws IOException {
        while (!held.isEmpty()) {
            held.pop().close();
        }
    }
}
