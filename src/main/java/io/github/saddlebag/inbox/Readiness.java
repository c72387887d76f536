package io.github.saddlebag.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a file is written to its end: it was not changed for a while. That is told by its time alone, so that no file is
 * waited for; where clocks differ and its time is yet to come, by what was seen of it before.
 */
final class Readiness {

    private final Duration quiet;
    private final String marker;
    private Map<Path, Seen> before = new HashMap<>();
    private Map<Path, Seen> now = new HashMap<>();

    private record Seen(long size, long modified, long sinceNanos) {}

    /**
     * @param quiet how long a file must not have been changed
     * @param marker how the name of the file ends, behind its own, that says so instead; empty: none does
     */
    Readiness(Duration quiet, String marker) {
        this.quiet = quiet;
        this.marker = marker;
    }

    /** Another look into the folder begins: what is not seen in it is forgotten. */
    void nextLook() {
        before = now;
        now = new HashMap<>();
    }

    /** Whether it is a file, and nobody writes it any more. */
    boolean isReady(Path file) {
        BasicFileAttributes is;
        try {
            is = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            // somebody took it away
            return false;
        }
        if (!is.isRegularFile()) {
            return false;
        }
        if (!marker.isEmpty()) {
            return Files.exists(file.resolveSibling(file.getFileName() + marker));
        }
        long modified = is.lastModifiedTime().toMillis();
        long age = System.currentTimeMillis() - modified;
        if (age >= quiet.toMillis()) {
            return true;
        }
        if (age >= 0) {
            return false;
        }
        long nanos = System.nanoTime();
        Seen last = before.get(file);
        if (last == null || last.size != is.size() || last.modified != modified) {
            now.put(file, new Seen(is.size(), modified, nanos));
            return false;
        }
        now.put(file, last);
        return nanos - last.sinceNanos >= quiet.toNanos();
    }
}
