package io.github.saddlebag.unpack;

import io.github.saddlebag.support.BlockStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The unpacked bytes of a gzip file (RFC 1952) of any number of members. That of the JDK takes what is broken behind a
 * member for the end of the file, and so loses the rest in silence.
 */
public final class GzipStream extends BlockStream {

    private static final int BUFFER = 1 << 15;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECK = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;
    private static final int MIDDLE_OF_HEADER = 6;
    private static final long LOW_WORD = 0xFFFFFFFFL;

    private final InputStream in;
    private final String name;
    private final boolean dropsRest;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int end;
    /** Packed bytes before those in the buffer. */
    private long before;

    private long unpacked;
    private boolean inMember;
    private boolean ended;

    /** @param name of the file, for messages */
    GzipStream(InputStream in, String name) {
        this(in, name, false);
    }

    private GzipStream(InputStream in, String name, boolean dropsRest) {
        this.in = in;
        this.name = name;
        this.dropsRest = dropsRest;
    }

    /** That of a response. What follows its last member, and is no gzip, says nothing. */
    public static GzipStream ofResponse(InputStream in) {
        return new GzipStream(in, "the response", true);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !begin()) {
                ended = true;
                break;
            }
            int count = inflate(bytes, from, length);
            if (count > 0) {
                crc.update(bytes, from, count);
                unpacked += count;
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw broken("a dictionary is needed, of which gzip knows none");
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int from, int length) throws IOException {
        try {
            int count = inflater.inflate(bytes, from, length);
            if (count == 0 && inflater.needsInput()) {
                if (!fill()) {
                    throw torn();
                }
                inflater.setInput(buffer, position, end - position);
                position = end;
                count = inflater.inflate(bytes, from, length);
            }
            return count;
        } catch (DataFormatException e) {
            throw broken(String.valueOf(e.getMessage()));
        }
    }

    /** False: there is no other member. */
    private boolean begin() throws IOException {
        boolean first = before + position == 0;
        int b = next();
        while (!first && b == 0) {
            // tapes are filled up with zeros
            b = next();
        }
        if (!first && (b < 0 || b != 0x1F && dropsRest)) {
            return false;
        }
        if (b != 0x1F || needed() != 0x8B) {
            throw broken(first ? "it does not begin as gzip does" : "what follows its last member is no gzip");
        }
        int method = needed();
        int flags = needed();
        if (method != DEFLATE || (flags & RESERVED) != 0) {
            throw broken("it is compressed in a way that gzip does not know");
        }
        skip(MIDDLE_OF_HEADER);
        if ((flags & EXTRA) != 0) {
            skip(needed() | needed() << 8);
        }
        // name and comment end with a zero each
        for (int texts = Integer.bitCount(flags & (NAME | COMMENT)); texts > 0; ) {
            texts -= needed() == 0 ? 1 : 0;
        }
        if ((flags & HEADER_CHECK) != 0) {
            skip(2);
        }
        inflater.reset();
        inflater.setInput(buffer, position, end - position);
        position = end;
        crc.reset();
        inMember = true;
        return true;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            needed();
        }
    }

    private void endMember() throws IOException {
        position = end - inflater.getRemaining();
        long length = inflater.getBytesWritten();
        if (word() != crc.getValue() || word() != (length & LOW_WORD)) {
            throw broken("its checksum or length is another one");
        }
        inMember = false;
    }

    private long word() throws IOException {
        return needed() | needed() << 8 | needed() << 16 | (long) needed() << 24;
    }

    private int needed() throws IOException {
        int b = next();
        if (b < 0) {
            throw torn();
        }
        return b;
    }

    private int next() throws IOException {
        return position == end && !fill() ? -1 : buffer[position++] & 0xFF;
    }

    private boolean fill() throws IOException {
        before += end;
        position = 0;
        end = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private UnreadableInputException torn() {
        return new UnreadableInputException(name + " ends within its compressed data, after " + unpacked
                + " unpacked bytes: a copy or download of it was cut off. " + cure());
    }

    private UnreadableInputException broken(String why) {
        long at = before + (inMember && !inflater.finished() ? end - inflater.getRemaining() : position);
        return new UnreadableInputException(name + ": its compressed data is broken before byte " + at + ", after "
                + unpacked + " unpacked bytes (" + why + "). " + cure());
    }

    private static String cure() {
        return "Copy it again (gzip -t tells whether it is whole); what was read keeps its results.";
    }

    /** Whether there is something without waiting; not how much. */
    @Override
    public int available() throws IOException {
        boolean some = position < end || inMember && !inflater.needsInput();
        return !ended && (some || in.available() > 0) ? 1 : 0;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        ended = true;
        in.close();
    }
}
