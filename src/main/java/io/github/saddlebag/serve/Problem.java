package io.github.saddlebag.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Why a caller gets no answer, as RFC 9457 says it.
 *
 * @param status of the HTTP response
 * @param title the same for all of this kind
 * @param detail what was expected, what came, the cure; never a payload
 * @param more members besides those of the RFC, in their order
 */
record Problem(int status, String title, String detail, Map<String, Object> more) {

    /** The media type. */
    static final String TYPE = "application/problem+json";

    /** How many seconds a caller should wait who came too early. */
    static final String RETRY_AFTER_SECONDS = "1";

    private static final JsonFactory FACTORY = new JsonFactory();

    Problem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    /** Whether it goes away by itself, so that the caller should come again. */
    boolean passes() {
        return status == 429 || status == 503;
    }

    byte[] json() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
            for (Map.Entry<String, Object> member : more.entrySet()) {
                if (member.getValue() instanceof Number number) {
                    json.writeNumberField(member.getKey(), number.longValue());
                } else {
                    json.writeStringField(member.getKey(), member.getValue().toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written to but memory", e);
        }
        return out.toByteArray();
    }
}
