package io.github.saddlebag.http;

import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds out whether something has arrived on a connection, where nobody has asked for anything: by reading it now, and not
 * when its turn comes. On the event loop, and not while something is being read; what is read so is lost, for such a
 * connection is of no use any more.
 */
final class UnreadBytes {

    private final ByteBuffer one = ByteBuffer.allocateDirect(1);

    /** What the connection's exception handler is told of is not said here. */
    boolean any(HttpConnection connection) {
        if (!(connection instanceof ConnectionBase base) || !base.channel().isActive()) {
            return false;
        }
        Channel channel = base.channel();
        if (channel.unsafe() instanceof AbstractNioChannel.NioUnsafe socket) {
            socket.read();
            return false;
        }
        try {
            return channel instanceof UnixChannel socket && socket.fd().read(one, 0, 1) != 0;
        } catch (IOException e) {
            return true;
        } catch (LinkageError e) {
            // another transport
            return false;
        }
    }
}
