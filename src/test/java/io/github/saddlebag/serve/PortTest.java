package io.github.saddlebag.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port whose thread is behind with accepting: it accepts nobody by itself. */
@Timeout(60)
class PortTest {

    private static final int CALLERS = 40;

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final List<Socket> callers = new ArrayList<>();
    private final List<Object> accepted = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket each : callers) {
            each.close();
        }
        loops.shutdownGracefully();
    }

    private Port port(int most) throws Exception {
        Port port = new Port(most);
        port.config().setAutoRead(false);
        loops.register(port).sync();
        port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(connect(port.localAddress()));
        }
        return port;
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    @Test
    void shouldAcceptNoMoreThanThereMayBeUntilOneIsClosed() throws Exception {
        Port port = port(4);

        while (port.doReadMessages(accepted) > 0) {
            // until there is none, or they are too many
        }
        int most = accepted.size();
        Channel first = (Channel) accepted.get(0);
        loops.register(first).sync();
        first.close().sync();
        while (port.doReadMessages(accepted) > 0) {
            // again
        }

        assertThat(most).isBetween(5, 20);
        assertThat(accepted).hasSize(most + 1);
        port.close().sync();
    }

    /** The system reset whom it had let in and the server had not. */
    @Test
    void shouldAcceptAllWhoHaveConnectedBeforeItCloses() throws Exception {
        Port port = port(1000);
        port.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object connection) {
                loops.register((Channel) connection);
                accepted.add(connection);
                ((Channel) connection).close();
            }
        });
        InetSocketAddress address = port.localAddress();

        port.closeWhenQuiet(10_000);
        port.closeFuture().sync();

        assertThat(accepted).hasSize(CALLERS);
        for (Socket each : callers) {
            assertThat(each.getInputStream().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> connect(address)).isInstanceOf(ConnectException.class);
    }
}
