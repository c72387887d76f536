package io.github.saddlebag.output;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Result lines as the elements of a JSON array, each on a line of its own. */
public final class ArrayRows implements Rows {

    private static final String TAIL = "]\n";

    @Override
    public byte[] of(byte[] lines, boolean first) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(lines.length + lines.length / 16 + 4);
        boolean begins = first;
        int from = 0;
        for (int at = 0; at < lines.length; at++) {
            if (lines[at] == '\n') {
                out.writeBytes((begins ? "[\n" : ",").getBytes(StandardCharsets.US_ASCII));
                out.write(lines, from, at + 1 - from);
                begins = false;
                from = at + 1;
            }
        }
        return out.toByteArray();
    }

    @Override
    public byte[] tail(boolean empty) {
        return (empty ? "[\n" + TAIL : TAIL).getBytes(StandardCharsets.US_ASCII);
    }
}
