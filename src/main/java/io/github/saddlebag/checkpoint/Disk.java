package io.github.saddlebag.checkpoint;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.LongAdder;

/** Forces files to the disk, and counts how often: that is what many small files cost most. */
public final class Disk {

    private final LongAdder syncs = new LongAdder();

    void sync(FileDescriptor file) throws IOException {
        syncs.increment();
        file.sync();
    }

    /** @param all whether its length counts, or its data alone */
    void force(FileChannel file, boolean all) throws IOException {
        syncs.increment();
        file.force(all);
    }

    /** How often something was forced to the disk. */
    public long syncs() {
        return syncs.sum();
    }
}
