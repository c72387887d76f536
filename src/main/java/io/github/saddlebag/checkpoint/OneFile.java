package io.github.saddlebag.checkpoint;

import io.github.saddlebag.input.ItemInput;
import io.github.saddlebag.support.MovedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is read. For one thread at a time. */
public final class OneFile implements RunInput {

    private final Path path;
    private final FileIdentity opened;
    private final boolean plain;
    private final @Nullable InputWatch watch;
    private @Nullable FileChannel channel;

    /**
     * @param opened what it was then
     * @param plain whether the bytes that are read are its own
     * @param watch what becomes of it meanwhile; null: that does not matter
     */
    public OneFile(Path path, FileIdentity opened, boolean plain, @Nullable InputWatch watch) {
        this.path = path;
        this.opened = opened;
        this.plain = plain;
        this.watch = watch;
    }

    @Override
    public InputIdentity begin() {
        return new InputIdentity(path.toAbsolutePath().toString(), opened, 0, "", null);
    }

    @Override
    public InputIdentity identity(ItemInput.Place reached, boolean toItsEnd) throws IOException {
        long sampled = plain ? reached.offset() : opened.size();
        return new InputIdentity(
                path.toAbsolutePath().toString(), toItsEnd ? atEnd() : opened, sampled, sample(sampled), null);
    }

    /** It may have grown while it was read; what was not read of it, or is not its own, does not count. */
    private FileIdentity atEnd() throws IOException {
        return watch != null && watch.change() == InputWatch.Change.NONE ? FileIdentity.of(path) : opened;
    }

    private String sample(long sampled) throws IOException {
        if (watch != null && sampled == watch.opened().size()) {
            return watch.sample();
        }
        FileChannel in = channel;
        if (in == null) {
            try {
                in = FileChannel.open(path);
            } catch (NoSuchFileException e) {
                // nobody goes on with it
                return "";
            }
            channel = in;
        }
        return MovedFile.key(path).equals(opened.key()) ? InputIdentity.sample(in, sampled) : "";
    }

    @Override
    public void release() throws IOException {
        FileChannel in = channel;
        if (in != null) {
            in.close();
        }
    }
}
