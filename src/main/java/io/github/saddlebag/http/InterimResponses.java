package io.github.saddlebag.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Set;

/**
 * Takes interim responses (RFC 9110 15.2) out of a connection of HTTP/2: Vert.x knows 100 and 103, and takes any other for
 * the response.
 */
final class InterimResponses extends Http2FrameListenerDecorator {

    /** They are left to Vert.x, which passes them over. */
    private static final Set<String> KNOWN = Set.of("100", "103");

    private InterimResponses(Http2FrameListener listener) {
        super(listener);
    }

    /** Begins with a connection; with one of HTTP/1.1 nothing. */
    static void on(ChannelPipeline pipeline) {
        Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
        if (handler != null) {
            Http2ConnectionDecoder decoder = handler.decoder();
            decoder.frameListener(new InterimResponses(decoder.frameListener()));
        }
    }

    private static boolean isPassedOver(Http2Headers headers, boolean endOfStream) {
        CharSequence status = headers.status();
        return !endOfStream
                && status != null
                && status.length() == 3
                && status.charAt(0) == '1'
                && !KNOWN.contains(status.toString());
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        if (!isPassedOver(headers, endOfStream)) {
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
        if (!isPassedOver(headers, endOfStream)) {
            super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, endOfStream);
        }
    }
}
