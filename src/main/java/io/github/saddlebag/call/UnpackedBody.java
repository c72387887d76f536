package io.github.saddlebag.call;

import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.http.AnswerTooLargeException;
import io.github.saddlebag.support.BlockStream;
import io.github.saddlebag.unpack.GzipStream;
import io.github.saddlebag.unpack.Packing;
import io.github.saddlebag.unpack.UnreadableInputException;
import io.github.saddlebag.unpack.WrappedStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response without its content codings (RFC 9110 8.4.1), whether they were asked for or not. It is opened
 * when it is read, so that a coding that is broken or unknown is no matter where the status of the response is enough.
 */
public final class UnpackedBody extends BlockStream {

    /** A response of more codings is no mistake. */
    private static final int MOST = 4;

    private static final int LONGEST_NAME = 30;
    private static final int MAGIC = 0x1F8B;

    /** What some name as a coding that is none; so are the names of character sets. */
    private static final Set<String> NONE =
            Set.of("", "identity", "none", "null", "binary", "7bit", "8bit", "aws-chunked", "chunked");

    private final List<String> codings;
    private final int most;
    private InputStream in;
    private boolean isOpen;

    /**
     * @param codings the {@code Content-Encoding}
     * @param most bytes that there may be, packed or not
     */
    public UnpackedBody(InputStream packed, String codings, int most) {
        this.codings = applied(codings);
        this.most = most;
        in = packed;
    }

    /** Whether there is anything to unpack. */
    public static boolean isPacked(@Nullable String codings) {
        return codings != null && !applied(codings).isEmpty();
    }

    /** In the order in which they were applied. */
    private static List<String> applied(String codings) {
        List<String> applied = new ArrayList<>(1);
        for (String each : codings.split(",")) {
            String coding = each.trim().toLowerCase(Locale.ROOT);
            if (!NONE.contains(coding) && !isCharset(coding)) {
                applied.add(coding);
            }
        }
        return applied;
    }

    private static boolean isCharset(String name) {
        try {
            return Charset.isSupported(name);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }

    /** The response with its body unpacked. */
    static ClassicHttpResponse in(ClassicHttpResponse response, int most) {
        if (!response.containsHeader(HttpHeaders.CONTENT_ENCODING)) {
            return response;
        }
        List<String> values = new ArrayList<>(0);
        for (Header header : response.getHeaders(HttpHeaders.CONTENT_ENCODING)) {
            values.add(header.getValue());
        }
        String codings = String.join(",", values);
        HttpEntity entity = response.getEntity();
        if (entity != null && isPacked(codings)) {
            response.removeHeaders(HttpHeaders.CONTENT_LENGTH);
            response.setEntity(new HttpEntityWrapper(entity) {
                @Override
                public InputStream getContent() throws IOException {
                    return new UnpackedBody(super.getContent(), codings, most);
                }

                @Override
                public long getContentLength() {
                    return -1;
                }
            });
        }
        response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        return response;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            if (!isOpen) {
                isOpen = true;
                open();
            }
            return in.read(bytes, from, length);
        } catch (UnreadableInputException | EOFException e) {
            throw new ZipException(e.getMessage());
        }
    }

    private void open() throws IOException {
        PushbackInputStream start = new PushbackInputStream(in, 2);
        int first = start.read();
        if (first < 0) {
            return;
        }
        start.unread(first);
        if (codings.size() > MOST) {
            throw new MalformedAnswerException(
                    "the response has " + codings.size() + " content codings, and may have " + MOST + cure(), true);
        }
        in = start;
        for (int i = codings.size() - 1; i >= 0; i--) {
            in = unpacked(new Bounded(in, most), codings.get(i));
        }
    }

    private static InputStream unpacked(InputStream packed, String coding) throws IOException {
        PushbackInputStream start = new PushbackInputStream(packed, 2);
        return switch (coding) {
            // a text never begins as gzip does: nothing was packed
            case "gzip", "x-gzip" -> two(start) == MAGIC ? GzipStream.ofResponse(start) : start;
            case "deflate" -> inflated(start);
            case "zstd" -> zstd(start);
            default -> throw unknown(coding);
        };
    }

    /** The first two bytes, which stay; -1: there are fewer. */
    private static int two(PushbackInputStream in) throws IOException {
        byte[] two = new byte[2];
        int count = in.readNBytes(two, 0, 2);
        in.unread(two, 0, count);
        return count < 2 ? -1 : (two[0] & 0xFF) << 8 | two[1] & 0xFF;
    }

    /** In the form of zlib (RFC 1950 2.2), or without it, as some wrongly send it (RFC 9110 8.4.1.2). */
    private static InputStream inflated(PushbackInputStream start) throws IOException {
        int two = two(start);
        boolean isZlib = two > 0 && (two >> 8 & 0x0F) == 8 && two % 31 == 0;
        Inflater inflater = new Inflater(!isZlib);
        return new InflaterInputStream(start, inflater) {
            @Override
            public void close() throws IOException {
                inflater.end();
                super.close();
            }
        };
    }

    private static InputStream zstd(InputStream packed) throws IOException {
        try {
            return Packing.ZSTD.unpack(packed, "the response");
        } catch (UnreadableInputException e) {
            throw unknown("zstd");
        }
    }

    private static MalformedAnswerException unknown(String coding) {
        String name = coding.replaceAll("[^!-~]", "?");
        return new MalformedAnswerException(
                "the response has the content coding '"
                        + name.substring(0, Math.min(name.length(), LONGEST_NAME))
                        + "', which was not asked for; gzip, deflate and, with its library, zstd are read" + cure(),
                true);
    }

    private static String cure() {
        return "; let the endpoint, or what stands before it, heed Accept-Encoding (RFC 9110 12.5.3)";
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Packed bytes, which may unfold to very many that are packed once more, or to none at all. */
    private static final class Bounded extends WrappedStream {
        private final int most;
        private long left;

        private Bounded(InputStream in, int most) {
            super(in);
            this.most = most;
            // what is packed may be a little longer than what it holds
            left = most + (most >> 3) + 1024L;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = in.read(bytes, from, length);
            left -= Math.max(0, count);
            if (left < 0) {
                throw new AnswerTooLargeException(most);
            }
            return count;
        }
    }
}
