package io.github.saddlebag.output;

import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.output.ResultShape.Only;
import io.github.saddlebag.template.Merge;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes outcomes as JSON lines: {@code {"id":..,"result":..}} or {@code {"id":..,"error":".."}}. */
public final class ResultLines {

    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] ITEM = ascii(",\"item\":");
    private static final byte[] RESULT = ascii(",\"result\":");
    private static final byte[] ERROR = ascii(",\"error\":");
    private static final byte[] SUCCESS = ascii(",\"success\":true");
    private static final byte[] NO_SUCCESS = ascii(",\"success\":false");
    private static final byte[] NULL = ascii("null");

    private final boolean details;
    private final ResultShape shape;

    /** @param shape which items have a line, and what stands in it; of a table, also the item, as {@code item} */
    public ResultLines(ResultShape shape) {
        this.shape = shape;
        this.details = shape.details();
    }

    /** @param details whether {@code success}, {@code status}, {@code url}, {@code attempts}, {@code time} and {@code source} are added */
    public ResultLines(boolean details) {
        this(ResultShape.LINES.details(details));
    }

    /** One line for each outcome that has one, each with its line feed. */
    public byte[] of(List<Outcome> outcomes) {
        ByteArrayOutputStream out = new Pieces(outcomes.size() * 64);
        for (Outcome outcome : outcomes) {
            if (shape.only() == Only.ALL || (shape.only() == Only.FAILED) == outcome.failed()) {
                write(outcome, out);
            }
        }
        return out.toByteArray();
    }

    /** The line of one outcome, without its line feed. */
    public byte[] line(Outcome outcome) {
        byte[] line = of(List.of(outcome));
        return Arrays.copyOf(line, line.length - 1);
    }

    private void write(Outcome outcome, ByteArrayOutputStream out) {
        Failure failure = outcome.failure();
        // there is nothing to merge into where a record without a value is passed on
        boolean empty = outcome.item().content() == null && outcome.item().body() == null;
        Merge merge = failure == null && !empty ? shape.merge() : null;
        if (merge != null && !shape.isTable()) {
            out.writeBytes(Json.onOneLine(merged(merge, outcome)));
            out.write('\n');
            return;
        }
        out.writeBytes(ID);
        writeId(outcome.item(), out);
        byte[] item = merge != null ? merged(merge, outcome) : shape.isTable() ? json(outcome.item()) : null;
        if (item != null) {
            out.writeBytes(ITEM);
            out.writeBytes(Json.onOneLine(item));
        }
        if (failure == null) {
            if (merge == null) {
                out.writeBytes(RESULT);
                out.writeBytes(Json.onOneLine((byte[]) Objects.requireNonNull(outcome.answer())));
            }
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

    private static byte[] merged(Merge merge, Outcome outcome) {
        return merge.of(Objects.requireNonNull(json(outcome.item()), "an answer to no item"), (byte[])
                Objects.requireNonNull(outcome.answer()));
    }

    /** The item as it came, not as it was sent; null: it is no JSON. */
    private static byte @Nullable [] json(Item item) {
        return item.content() != null && item.body() instanceof byte[] body && JsonField.isJson(body)
                ? body
                : item.content();
    }

    private static String text(Failure failure) {
        return failure.detail() == null
                ? failure.reason()
                : failure.reason() + " The endpoint says: " + failure.detail();
    }

    private static void writeId(Item item, ByteArrayOutputStream out) {
        String id = item.resultId();
        if (id == null) {
            out.writeBytes(NULL);
        } else if (item.numericResultId()) {
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
        Instant time = call == null ? Instant.now() : Instant.ofEpochMilli(call.millis());
        out.writeBytes(ascii(",\"time\":\"" + time.truncatedTo(ChronoUnit.MILLIS) + "\",\"source\":"));
        Position position = outcome.item().position();
        quoteOrNull(position == null ? null : position.source(), out);
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
