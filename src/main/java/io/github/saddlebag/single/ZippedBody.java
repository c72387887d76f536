package io.github.saddlebag.single;

import io.github.saddlebag.call.BodyReader;
import io.github.saddlebag.call.ReadAnswer;
import io.github.saddlebag.call.UnpackedBody;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.Wire;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The body of a compressed response, which is unpacked on the event loop, as far as there is room for it. */
final class ZippedBody {

    /** What is unpacked without a pause. */
    private static final int LARGE_PART = 1 << 18;

    private final int length;
    private final AsyncHttp http;
    private final Wire.Receiver receiver;
    private final UnpackedBody packed;
    private final BodyReader plain;
    private @Nullable MalformedAnswerException broken;
    private Runnable goesOn = () -> {};
    /** Whether others have had their turn since the last large part. */
    private boolean hasTurn = true;

    /**
     * @param codings its {@code Content-Encoding}
     * @param receiver says whether there is room
     */
    ZippedBody(byte[] body, String codings, AsyncHttp http, Wire.Receiver receiver) {
        this.length = body.length;
        this.http = http;
        this.receiver = receiver;
        this.packed = new UnpackedBody(new ByteArrayInputStream(body), codings, http.maxBytes());
        this.plain = new BodyReader(packed, http.maxBytes(), this::takesPart);
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
        try {
            if (!plain.read(0)) {
                return false;
            }
        } catch (ZipException | MalformedAnswerException e) {
            broken = ReadAnswer.broken(e);
        }
        packed.close();
        return true;
    }

    byte[] plain() {
        return broken == null ? plain.body() : new byte[0];
    }

    /** Why it cannot be unpacked; null: it can. */
    @Nullable
    MalformedAnswerException broken() {
        return broken;
    }
}
