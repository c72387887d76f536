package io.github.saddlebag.inbox;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of files that are done: a line each, and where they are many, one a second with their counts. */
class FileLog {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int MOST_LINES = 10;
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanos;
    private long secondNanos;
    private int lines;
    private long files;
    private long items;
    private long failed;

    FileLog() {
        this(System::nanoTime);
    }

    /** @param nanos the time */
    FileLog(LongSupplier nanos) {
        this.nanos = nanos;
        this.secondNanos = nanos.getAsLong();
    }

    /** A file is done. */
    synchronized void done(String name, long ofItems, long ofFailed) {
        tick();
        if (lines < MOST_LINES) {
            lines++;
            tell("{} is done: {} items, {} of them failed.", name, ofItems, ofFailed);
            return;
        }
        files++;
        items += ofItems;
        failed += ofFailed;
    }

    /** Time passes: what was not told yet is. */
    synchronized void tick() {
        long now = nanos.getAsLong();
        if (now - secondNanos < SECOND) {
            return;
        }
        secondNanos = now;
        // one line a second as long as there are so many
        lines = files > MOST_LINES ? MOST_LINES : 0;
        rest();
    }

    /** Tells what was not told yet. */
    synchronized void rest() {
        if (files > 0) {
            tell("{} more files are done: {} items, {} of them failed.", files, items, failed);
            files = 0;
            items = 0;
            failed = 0;
        }
    }

    /** For tests, too. */
    void tell(String text, Object... values) {
        LOG.info(text, values);
    }
}
