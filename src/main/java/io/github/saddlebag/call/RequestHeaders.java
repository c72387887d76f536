package io.github.saddlebag.call;

import io.github.saddlebag.address.ItemHeaders;
import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.config.CallSettings;
import io.github.saddlebag.endpoint.CallState;
import io.github.saddlebag.endpoint.JobState;
import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.support.CallerIds;
import io.github.saddlebag.trace.Spans;
import io.github.saddlebag.trace.Tracing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.util.CaseInsensitiveMap;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * Turns the written body into an HTTP request with the headers that are configured, and no others: none of an item's own
 * go out.
 */
public final class RequestHeaders implements Processor {

    /** Of more than a byte. */
    private static final int MOST_IN_A_HEADER = 0xFF;

    private static final Set<String> OF_THE_BODY = Set.of("content-length", "transfer-encoding");

    private static final List<String> SHOWN_TO_ALL = List.of("Accept", "Accept-Encoding", "User-Agent");

    /** How a response may be packed. */
    static final String CODINGS = "gzip";

    private final Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> harmless = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final String idempotencyHeader;
    private final boolean idempotencyQuoted;
    private final boolean gzip;
    private final PassedOn passedOn;
    private final Tracing tracing;
    private volatile @Nullable ContentTypeText lastType;

    public RequestHeaders(CallSettings settings, Tracing tracing) {
        idempotencyHeader = settings.idempotencyHeader().trim();
        idempotencyQuoted = settings.idempotencyQuoted();
        passedOn = PassedOn.of(settings.passOn());
        gzip = settings.gzip();
        this.tracing = tracing;
        headers.put("User-Agent", "saddlebag");
        settings.header().forEach(this::add);
        headers.forEach((name, value) -> all.put(name, value.toString()));
        all.putIfAbsent("Accept", "application/json");
        all.putIfAbsent(HttpHeaders.ACCEPT_ENCODING, CODINGS);
        for (String name : SHOWN_TO_ALL) {
            harmless.put(name, all.get(name));
        }
    }

    @Override
    public void process(Exchange exchange) {
        write(exchange);
        Spans spans = tracing.spans();
        if (spans != null) {
            Message message = exchange.getMessage();
            String place = CallState.of(exchange).history().sends(spans, parent(exchange), method(message));
            JobState job = JobState.find(exchange);
            if (passedOn.hasTrace() && (job == null || !job.isPolling() || !job.isElsewhere())) {
                message.setHeader(CallerIds.TRACEPARENT, place);
            }
        }
    }

    private static @Nullable String parent(Exchange exchange) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        return batch == null ? null : batch.traceparent();
    }

    private static String method(Message message) {
        Object method = message.getHeader(HttpConstants.HTTP_METHOD);
        return method == null ? "POST" : method.toString();
    }

    private void write(Exchange exchange) {
        Message message = exchange.getMessage();
        String contentType = message.getHeader(Exchange.CONTENT_TYPE, String.class);
        Object accept = message.getHeader(FormatConstants.ACCEPT);
        message.setHeaders(new CaseInsensitiveMap(headers));
        if (accept != null) {
            message.getHeaders().putIfAbsent(FormatConstants.ACCEPT, accept);
        }
        Object ownType = message.removeHeader(Exchange.CONTENT_TYPE);
        if (ownType != null) {
            contentType = ownType.toString();
        }
        String authorization = CallState.of(exchange).authorization();
        if (authorization != null) {
            message.setHeader(HttpHeaders.AUTHORIZATION, authorization);
        }
        JobState job = JobState.find(exchange);
        if (job != null && job.isPolling()) {
            if (job.isElsewhere()) {
                message.getHeaders().keySet().retainAll(SHOWN_TO_ALL);
            }
            job.ask(message);
            return;
        }
        message.setHeader(HttpConstants.HTTP_METHOD, HttpMethods.POST);
        String movedTo = CallState.of(exchange).movedTo();
        if (movedTo != null) {
            message.setHeader(JobState.MARK, movedTo);
        }
        if (!idempotencyHeader.isEmpty()) {
            message.setHeader(idempotencyHeader, idempotencyKey(exchange));
        }
        if (!passedOn.isNothing()) {
            passedOn.of(sent(exchange)).forEach(message::setHeader);
        }
        String query = exchange.getProperty(FormatConstants.QUERY, String.class);
        if (query != null) {
            message.setHeader(HttpConstants.HTTP_METHOD, HttpMethods.GET);
            if (movedTo == null) {
                message.setHeader(JobState.MARK, '?' + query);
            }
            message.setBody(null);
            return;
        }
        byte[] body = (byte[]) message.getBody();
        if (gzip) {
            message.setHeader(Exchange.CONTENT_ENCODING, "gzip");
            // the client would compress it once more
            exchange.setProperty(Exchange.SKIP_GZIP_ENCODING, Boolean.TRUE);
            body = zipped(body);
        }
        // an entity needs no conversion, and can be sent again
        message.setBody(new ByteArrayEntity(body, parsed(contentType)));
    }

    /** All requests say the same. */
    private ContentType parsed(String contentType) {
        ContentTypeText known = lastType;
        if (known == null || !known.text.equals(contentType)) {
            known = new ContentTypeText(contentType, ContentType.parse(contentType));
            lastType = known;
        }
        return known.type;
    }

    private record ContentTypeText(String text, ContentType type) {}

    private static byte[] zipped(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(64, body.length / 4));
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The headers of an item's request besides its own.
     *
     * @param secrets whether it goes to where the configured headers are meant for
     */
    public Map<String, String> of(Exchange exchange, boolean secrets) {
        Map<String, String> known = secrets ? all : harmless;
        String authorization = secrets ? CallState.of(exchange).authorization() : null;
        Spans spans = tracing.spans();
        String place = spans == null ? null : sends(spans, exchange);
        boolean asked = secrets && !passedOn.isNothing();
        if (authorization == null && idempotencyHeader.isEmpty() && !asked) {
            return known;
        }
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(known);
        if (authorization != null) {
            more.put(HttpHeaders.AUTHORIZATION, authorization);
        }
        if (!idempotencyHeader.isEmpty()) {
            more.put(idempotencyHeader, idempotencyKey(exchange));
        }
        if (asked) {
            more.putAll(passedOn.of(sent(exchange)));
            if (place != null && passedOn.hasTrace()) {
                more.put(CallerIds.TRACEPARENT, place);
            }
        }
        return more;
    }

    private static String sends(Spans spans, Exchange exchange) {
        CallState state = CallState.of(exchange);
        return state.history().sends(spans, parent(exchange), state.request().method());
    }

    @SuppressWarnings("unchecked")
    private static List<Item> sent(Exchange exchange) {
        List<Item> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        return sent == null ? List.of() : sent;
    }

    private String idempotencyKey(Exchange exchange) {
        JobState job = JobState.find(exchange);
        String key = IdempotencyKey.of(sent(exchange), job == null ? 0 : job.losses());
        return idempotencyQuoted ? '"' + key + '"' : key;
    }

    private void add(String name, String value) {
        String key = "saddlebag.call.header." + name;
        if (!ItemHeaders.isToken(name)) {
            throw new IllegalArgumentException(key + ": '" + name + "' is no name of a header (RFC 9110 5.1).");
        }
        if (!value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 127)) {
            throw new IllegalArgumentException(key + ": the value has a line break or another control character.");
        }
        if (value.chars().anyMatch(c -> c > MOST_IN_A_HEADER)) {
            throw new IllegalArgumentException(key
                    + ": the value has a character that no header can carry (RFC 9110 5.5). Encode it as the endpoint"
                    + " expects, for example percent-encoded.");
        }
        if (name.toLowerCase(Locale.ROOT).startsWith("camel")) {
            throw new IllegalArgumentException(
                    key + ": headers that start with Camel steer the runtime and are not sent.");
        }
        if (OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    key + ": the client says how long each body is (RFC 9112 6). Leave it out.");
        }
        headers.put(name, value);
    }
}
