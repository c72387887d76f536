package io.github.saddlebag.single;

import io.github.saddlebag.call.BodyReader;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The body of a compressed response, which is unpacked on the event loop, as far as there is room for it. */
final class ZippedBody {

    /** What is unpacked without a pause. */
    private static final int LARGE_PART = 1 << 18;

    private final int length;
    private final AsyncHttp http;
    private final Wire.Receiver receiver;
    private final BodyReader plain;
    private Runnable goesOn = () -> {};
    /** Whether others have had their turn since the last large part. */
    private boolean hasTurn = true;

    /** @param receiver says whether there is room */
    ZippedBody(byte[] body, AsyncHttp http, Wire.Receiver receiver) throws IOException {
        this.length = body.length;
        this.http = http;
        this.receiver = receiver;
        this.plain =
                new BodyReader(new GZIPInputStream(new ByteArrayInputStream(body)), http.maxBytes(), this::takesPart);
    }

    /**
     * Whether a response of this coding is compressed.
     *
     * @throws ZipException in a way that was not asked for
     */
    static boolean isOne(String coding) throws ZipException {
        return switch (coding.trim().toLowerCase(Locale.ROOT)) {
            case "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw new ZipException("the response is compressed in a way that was not asked for");
        };
    }

    /** After each large part the others of this event loop have their turn: a little that is packed may be much. */
    private boolean takesPart(long bytes) throws IOException {
        if (!hasTurn && bytes > LARGE_PART) {
            hasTurn = true;
            http.execute(goesOn);
            return false;
        }
        boolean taken = receiver.takes(length + bytes, goesOn);
        hasTurn = !taken;
        return taken;
    }

    /**
     * Unpacks it.
     *
     * @param again run where it is to be called again, for false was returned
     */
    boolean read(Runnable again) throws IOException {
        goesOn = again;
        return plain.read(0);
    }

    byte[] plain() {
        return plain.body();
    }
}
