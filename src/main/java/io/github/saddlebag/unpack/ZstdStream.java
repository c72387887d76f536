package io.github.saddlebag.unpack;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/** The unpacked bytes of a zstd file (RFC 8878) of any number of frames. Its library need not be there. */
final class ZstdStream extends WrappedStream {

    private final String name;
    private long unpacked;

    private ZstdStream(InputStream packed, String name) throws IOException {
        super(new ZstdInputStreamNoFinalizer(packed));
        this.name = name;
    }

    /** @param name of the file, for messages */
    static InputStream of(InputStream packed, String name) throws IOException {
        try {
            return new ZstdStream(packed, name);
        } catch (LinkageError e) {
            throw new UnreadableInputException(name + " is compressed by zstd, and its library cannot be loaded (" + e
                    + "). Put com.github.luben:zstd-jni on the class path, or decompress it, for example by: zstd -dc");
        }
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            int count = in.read(bytes, from, length);
            unpacked += Math.max(0, count);
            return count;
        } catch (ZstdIOException e) {
            throw new UnreadableInputException(name + ": its compressed data is broken or cut off, after " + unpacked
                    + " unpacked bytes (" + e.getMessage() + "). Copy it again (zstd -t tells whether it is whole);"
                    + " what was read keeps its results.");
        }
    }
}
