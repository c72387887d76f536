package io.github.saddlebag.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/**
 * Bounds what comes on a connection of HTTP/1.1 besides bodies, and takes interim responses out of it. (Vert.x takes 102 for
 * the response itself, and what is no part of a response, such as empty lines, is read without end.)
 */
final class ResponseBounds {

    private static final String BYTES = "saddlebag-bytes";

    /** Between responses nothing; the end of any that began, and of what is none. */
    private static final ByteBuf END =
            Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    private final String codec;
    private long count;
    private boolean interim;

    private ResponseBounds(String codec) {
        this.codec = codec;
    }

    /** For a new connection; of another kind than HTTP/1.1 it is left as it is. */
    static void on(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
            InterimResponses.on(pipeline);
            if (codec != null) {
                new ResponseBounds(codec.name()).addTo(pipeline);
            }
        }
    }

    private void addTo(ChannelPipeline pipeline) {
        pipeline.addBefore(codec, BYTES, new Bytes());
        pipeline.addAfter(codec, "saddlebag-parts", new Parts());
    }

    /**
     * Between two responses: has the connection's handlers take note of what was read and is not a whole line, such as the
     * rest of a body that is longer than was said. It would be taken for the beginning of the next response.
     */
    static void takeNote(Channel channel) {
        ChannelHandlerContext bytes = channel.pipeline().context(BYTES);
        if (bytes != null && bytes.handler() instanceof Bytes read && read.mayBeHeld) {
            read.mayBeHeld = false;
            bytes.fireChannelRead(END.duplicate());
        }
    }

    /** Counts what comes. */
    private final class Bytes extends ChannelInboundHandlerAdapter {
        /** Whether the decoder may hold something of what was read; what it has read to the end it has released. */
        private boolean mayBeHeld;

        @Override
        public void channelRead(ChannelHandlerContext to, Object message) {
            boolean before = mayBeHeld;
            mayBeHeld = true;
            if (message instanceof ByteBuf bytes) {
                count += bytes.readableBytes();
                to.fireChannelRead(message);
                // into what was held before it was copied
                mayBeHeld = before || bytes.refCnt() > 0;
            } else {
                to.fireChannelRead(message);
            }
            // what came with it is over, unless nothing of a body or an end was in it
            if (count > LongHeadException.MOST_BYTES) {
                count = 0;
                to.fireExceptionCaught(new LongHeadException());
                to.close();
            }
        }
    }

    /** Begins to count anew with each part of a body, and with each end of a response. */
    private final class Parts extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext to, Object message) {
            if (message instanceof HttpResponse response && isInterim(response.status())) {
                interim = true;
                ReferenceCountUtil.release(message);
                return;
            }
            if (interim) {
                interim = !(message instanceof LastHttpContent);
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpContent content
                    && (content.content().isReadable() || content instanceof LastHttpContent)) {
                count = 0;
            }
            to.fireChannelRead(message);
        }
    }

    private static boolean isInterim(HttpResponseStatus status) {
        return status.codeClass() == HttpStatusClass.INFORMATIONAL
                && status.code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }
}
