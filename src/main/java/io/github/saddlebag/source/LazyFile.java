package io.github.saddlebag.source;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that is made when the first byte is written, so that none is left behind where nothing failed. What is no file,
 * such as {@code /dev/null}, is written to and not deleted.
 */
final class LazyFile extends OutputStream {

    private final Path path;
    private @Nullable OutputStream out;

    LazyFile(Path path) throws IOException {
        this.path = path;
        if (Files.isDirectory(path)) {
            throw new FileSystemException(path.toString(), null, "it is a folder");
        }
        if (Files.isRegularFile(path)) {
            Files.delete(path);
        }
    }

    private OutputStream out() throws IOException {
        OutputStream current = out;
        if (current == null) {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            current = Files.newOutputStream(path);
            out = current;
        }
        return current;
    }

    @Override
    public void write(int b) throws IOException {
        out().write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out().write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
