package io.github.saddlebag.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;

/**
 * Why a caller gets no answer, as RFC 9457 says it.
 *
 * @param status of the HTTP response
 * @param title the same for all of this kind
 * @param detail what was expected, what came, the cure; never a payload
 * @param more members besides those of the RFC, in their order
 * @param retryAfter seconds after which the caller should come again, if it should
 */
record Problem(int status, String title, String detail, Map<String, Object> more, String retryAfter) {

    /** The media type. */
    static final String TYPE = "application/problem+json";

    /** The member that holds what the endpoint said. */
    static final String ENDPOINT_SAID = "endpointDetail";

    /** How many seconds a caller should wait who came too early. */
    private static final String SOON = "1";

    private static final JsonFactory FACTORY = new JsonFactory();

    Problem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    Problem(int status, String title, String detail, Map<String, Object> more) {
        this(status, title, detail, more, SOON);
    }

    /** Nothing is done with the item for so long. */
    static Problem notNow(String detail, Duration comeBack, Map<String, Object> more) {
        return new Problem(503, "Not now", detail, more, Long.toString(comeBack.toSeconds() + 1));
    }

    /** Whether it goes away by itself, so that the caller should come again. */
    boolean passes() {
        return status == 429 || status == 503;
    }

    /** What is said in a line among others. */
    String text() {
        Object said = more.get(ENDPOINT_SAID);
        return said == null ? detail : detail + " The endpoint says: " + said;
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
