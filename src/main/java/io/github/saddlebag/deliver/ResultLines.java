package io.github.saddlebag.deliver;

import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes outcomes as JSON lines: {@code {"id":..,"result":..}} or {@code {"id":..,"error":".."}}. */
public final class ResultLines {

    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] RESULT = ascii(",\"result\":");
    private static final byte[] ERROR = ascii(",\"error\":");
    private static final byte[] SUCCESS = ascii(",\"success\":true");
    private static final byte[] NO_SUCCESS = ascii(",\"success\":false");
    private static final byte[] NULL = ascii("null");

    private final boolean details;

    /** @param details whether {@code success}, {@code status}, {@code url} and {@code attempts} are added */
    public ResultLines(boolean details) {
        this.details = details;
    }

    /** One line for each outcome, each with its line feed. */
    public byte[] of(List<Outcome> outcomes) {
        ByteArrayOutputStream out = new Pieces(outcomes.size() * 64);
        for (Outcome outcome : outcomes) {
            write(outcome, out);
        }
        return out.toByteArray();
    }

    /** The line of one outcome, without its line feed. */
    byte[] line(Outcome outcome) {
        byte[] line = of(List.of(outcome));
        return Arrays.copyOf(line, line.length - 1);
    }

    private void write(Outcome outcome, ByteArrayOutputStream out) {
        out.writeBytes(ID);
        writeId(outcome.item(), out);
        Failure failure = outcome.failure();
        if (failure == null) {
            out.writeBytes(RESULT);
            out.writeBytes(JsonText.onOneLine((byte[]) Objects.requireNonNull(outcome.answer())));
        } else {
            out.writeBytes(ERROR);
            JsonText.quote(text(failure), out);
        }
        if (details) {
            writeDetails(outcome, out);
        }
        out.write('}');
        out.write('\n');
    }

    private static String text(Failure failure) {
        return failure.detail() == null
                ? failure.reason()
                : failure.reason() + " The endpoint says: " + failure.detail();
    }

    private static void writeId(Item item, ByteArrayOutputStream out) {
        String id = item.id();
        if (id == null) {
            out.writeBytes(NULL);
        } else if (item.numericId()) {
            out.writeBytes(ascii(id));
        } else {
            JsonText.quote(id, out);
        }
    }

    private static void writeDetails(Outcome outcome, ByteArrayOutputStream out) {
        out.writeBytes(outcome.failed() ? NO_SUCCESS : SUCCESS);
        Call call = outcome.call();
        int status = outcome.status();
        out.writeBytes(ascii(",\"status\":" + (status == 0 ? "null" : status) + ",\"url\":"));
        quoteOrNull(call == null ? null : call.url(), out);
        out.writeBytes(ascii(",\"attempts\":" + (call == null ? 0 : call.attempts())));
    }

    private static void quoteOrNull(@Nullable String text, ByteArrayOutputStream out) {
        if (text == null) {
            out.writeBytes(NULL);
        } else {
            JsonText.quote(text, out);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
