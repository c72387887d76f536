package io.github.saddlebag.checkpoint;

import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/** Forces files to the disk, and counts how often: that is what many small files cost most. */
public final class Disk {

    private final LongAdder syncs = new LongAdder();
    private final LongAdder folderSyncs = new LongAdder();
    private final FolderSyncs names = new FolderSyncs(folderSyncs::increment);

    void sync(FileDescriptor file) throws IOException {
        syncs.increment();
        file.sync();
    }

    /** @param all whether its length counts, or its data alone */
    void force(FileChannel file, boolean all) throws IOException {
        syncs.increment();
        file.force(all);
    }

    /** Forces the name of a new file to the disk, together with others that come at about the same time. */
    void name(Path file) throws IOException {
        names.of(file);
    }

    /** How often a file was forced to the disk. */
    public long syncs() {
        return syncs.sum();
    }

    /** How often names in a folder were, of one file or of many. */
    public long folderSyncs() {
        return folderSyncs.sum();
    }
}
