package io.github.saddlebag.deliver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.saddlebag.batch.Attempt;
import io.github.saddlebag.batch.Call;
import io.github.saddlebag.batch.Failure;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.batch.Outcome;
import io.github.saddlebag.batch.Position;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.json.JsonField;
import io.github.saddlebag.output.JsonText;
import io.github.saddlebag.stats.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Writes a failed item as a line of JSON: the item as it came, why it failed, and what was tried. */
public final class DeadLetterLine {

    private static final JsonFactory FACTORY = new JsonFactory();

    private DeadLetterLine() {}

    /** The line, without a line feed. */
    public static String of(Outcome failed, Instant now) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(failed, now, json);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written to but memory", e);
        }
        return out.toString();
    }

    private static void write(Outcome outcome, Instant now, JsonGenerator json) throws IOException {
        Item item = outcome.item();
        json.writeStartObject();
        writeId(item, json);
        writeItem(item, json);
        Failure failure = outcome.failure();
        writeText("reason", failure == null ? "" : failure.reason(), json);
        if (failure != null && failure.kind() != Reason.OTHER) {
            json.writeStringField("kind", failure.kind().tag());
        }
        if (failure != null && failure.detail() != null) {
            writeText("detail", failure.detail(), json);
        }
        Call call = outcome.call();
        if (call != null) {
            if (outcome.status() > 0) {
                json.writeNumberField("status", outcome.status());
            }
            if (failure != null && failure.status() > 0 && call.status() > 0) {
                json.writeNumberField("httpStatus", call.status());
            }
            if (call.url() != null) {
                writeText("url", call.url(), json);
            }
            writeText("batch", call.batch(), json);
            json.writeNumberField("tries", call.attempts());
            writeAttempts(call, json);
        }
        Position position = item.position();
        if (position != null) {
            writeText("source", position.source(), json);
            if (position instanceof RecordPosition place) {
                json.writeNumberField("partition", place.partition());
                json.writeNumberField("offset", place.number());
            } else {
                json.writeNumberField("line", position.number());
            }
            if (!position.occasion().isEmpty()) {
                writeText("occasion", position.occasion(), json);
            }
        }
        json.writeStringField("time", now.toString());
        json.writeEndObject();
    }

    private static void writeAttempts(Call call, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("attempts");
        for (Attempt attempt : call.failed()) {
            json.writeStartObject();
            json.writeStringField("time", attempt.time().toString());
            if (attempt.status() > 0) {
                json.writeNumberField("status", attempt.status());
            }
            writeText("error", attempt.error(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeId(Item item, JsonGenerator json) throws IOException {
        String id = item.resultId();
        if (id == null) {
            return;
        }
        json.writeFieldName("id");
        if (item.numericResultId()) {
            json.writeNumber(id);
        } else {
            json.writeRawValue(JsonText.quoted(id));
        }
    }

    private static void writeText(String name, String text, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(JsonText.quoted(text));
    }

    /** A JSON item stands as {@code item}; anything else as {@code text}, or {@code base64} where it is none. */
    private static void writeItem(Item item, JsonGenerator json) throws IOException {
        byte[] content = item.content();
        if (content != null) {
            json.writeFieldName("item");
            json.writeRawValue(new String(Json.onOneLine(content), StandardCharsets.UTF_8));
        } else if (item.body() == null) {
            json.writeNullField("item");
        } else if (item.body() instanceof byte[] bytes) {
            writeBytes(bytes, json);
        } else {
            writeString(String.valueOf(item.body()), json);
        }
    }

    private static void writeString(String text, JsonGenerator json) throws IOException {
        if (isJson(text)) {
            json.writeFieldName("item");
            byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
            json.writeRawValue(new String(Json.onOneLine(bytes), StandardCharsets.UTF_8));
        } else {
            writeText("text", text, json);
        }
    }

    /** Whether it is one object or array of JSON, and nothing else. */
    private static boolean isJson(String text) {
        String stripped = text.strip();
        boolean begins = stripped.startsWith("{") || stripped.startsWith("[");
        // half a surrogate pair has no bytes; it can stand in a text alone
        return begins
                && StandardCharsets.UTF_8.newEncoder().canEncode(stripped)
                && JsonField.isJson(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeBytes(byte[] bytes, JsonGenerator json) throws IOException {
        try {
            CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            writeString(text.toString(), json);
        } catch (CharacterCodingException e) {
            json.writeBinaryField("base64", bytes);
        }
    }
}
