package io.github.saddlebag.call;

import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.format.JsonArrayFormat;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.setting.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response to its end, inside the circuit breaker: only so do torn, trickling and garbled responses count as
 * failures of the endpoint, and are tried again.
 */
public final class ReadAnswer implements Processor {

    private WireFormat format = new JsonArrayFormat();
    private int maxBytes = 64 << 20;
    private long timeoutNanos = 30_000_000_000L;

    @Override
    public void process(Exchange exchange) throws IOException {
        byte[] body = read(exchange.getMessage().getBody());
        int status = Statuses.of(exchange);
        if (Statuses.isServerError(status)) {
            throw Statuses.failure(status, body);
        }
        exchange.getMessage().setBody(Statuses.isSuccess(status) ? format.read(body, expected(exchange)) : body);
    }

    private static int expected(Exchange exchange) {
        List<?> sent = exchange.getProperty(FormatConstants.SENT, List.class);
        return sent == null ? 16 : sent.size();
    }

    private byte[] read(@Nullable Object body) throws IOException {
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        try (InputStream in = (InputStream) body) {
            long deadline = System.nanoTime() + timeoutNanos;
            byte[] buffer = new byte[Math.max(8192, in.available())];
            int size = 0;
            int read;
            while ((read = in.read(buffer, size, buffer.length - size)) >= 0) {
                size += read;
                if (size > maxBytes) {
                    throw new IOException(
                            "The response is larger than " + maxBytes + " bytes (saddlebag.answer.max-bytes).");
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new SocketTimeoutException(
                            "The response did not end within its time (saddlebag.call.response-timeout);" + " " + size
                                    + " bytes had come.");
                }
                if (size == buffer.length) {
                    buffer = Arrays.copyOf(buffer, (int) Math.min(maxBytes + 1L, buffer.length * 2L));
                }
            }
            return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
        }
    }

    public void setFormat(WireFormat format) {
        this.format = format;
    }

    /** The largest response after decompression, with a unit; at most 1GB. */
    public void setMaxBytes(String maxBytes) {
        this.maxBytes = (int) Math.min(1L << 30, Setting.bytes("max-bytes", maxBytes));
    }

    /** The longest time between the response's first and last byte, with a unit. */
    public void setTimeout(String timeout) {
        this.timeoutNanos =
                Setting.positiveDuration("response-timeout", timeout).toNanos();
    }
}
