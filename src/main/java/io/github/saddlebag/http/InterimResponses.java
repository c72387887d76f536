package io.github.saddlebag.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;
import java.util.Set;

/**
 * Takes interim responses (RFC 9110 15.2) out of a connection of HTTP/2: Vert.x knows 100 and 103, and takes any other for
 * the response. All of one request together are bounded, like the head of a response.
 */
final class InterimResponses extends Http2FrameListenerDecorator {

    /** They are left to Vert.x, which passes them over. */
    private static final Set<String> KNOWN = Set.of("100", "103");

    /** What HTTP/2 counts for a field beside its name and value (RFC 9113 10.5.1). */
    private static final int FIELD_BYTES = 32;

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey sizes;

    private InterimResponses(Http2ConnectionDecoder decoder) {
        super(decoder.frameListener());
        connection = decoder.connection();
        sizes = connection.newKey();
    }

    /** Begins with a connection; with one of HTTP/1.1 nothing. */
    static void on(ChannelPipeline pipeline) {
        Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
        if (handler != null) {
            Http2ConnectionDecoder decoder = handler.decoder();
            decoder.frameListener(new InterimResponses(decoder));
        }
    }

    private boolean isPassedOver(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        CharSequence status = headers.status();
        if (endOfStream || status == null || status.length() != 3 || status.charAt(0) != '1') {
            return false;
        }
        count(stream, headers);
        return !KNOWN.contains(status.toString());
    }

    private void count(int id, Http2Headers headers) throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (stream == null) {
            return;
        }
        Integer before = stream.getProperty(sizes);
        int size = before == null ? 0 : before;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + FIELD_BYTES;
        }
        stream.setProperty(sizes, size);
        if (size > LongHeadException.MOST_BYTES) {
            LongHeadException tooLong = new LongHeadException();
            throw Http2Exception.streamError(id, Http2Error.ENHANCE_YOUR_CALM, tooLong, "%s", tooLong.getMessage());
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        if (!isPassedOver(stream, headers, endOfStream)) {
            super.onHeadersRead(context, stream, headers, padding, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (!isPassedOver(stream, headers, endOfStream)) {
            super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, endOfStream);
        }
    }
}
