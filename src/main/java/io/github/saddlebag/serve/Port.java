package io.github.saddlebag.serve;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where callers connect. Connections are counted as they are accepted, so that descriptors are left however many come at
 * once; and none that the system has completed is left when it closes, as the system resets those.
 */
final class Port extends NioServerSocketChannel {

    private static final Logger LOG = LoggerFactory.getLogger(Port.class);

    /** Further ones, for which the server closes the oldest. */
    private static final int MORE = 16;

    private static final int QUIET_TURNS = 5;
    private static final long TURN_MILLIS = 10;

    private final Semaphore places;

    Port(int most) {
        places = new Semaphore(most + MORE);
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        if (!places.tryAcquire(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
            return 0;
        }
        int came = 0;
        try {
            came = super.doReadMessages(accepted);
        } finally {
            if (came == 0) {
                places.release();
            }
        }
        if (came > 0) {
            Channel connection = (Channel) accepted.get(accepted.size() - 1);
            connection.closeFuture().addListener(closed -> freed(connection));
        }
        return came;
    }

    /** Its descriptor is closed with the next turn of its event loop. */
    private void freed(Channel connection) {
        try {
            connection.eventLoop().schedule(() -> places.release(), 1, TimeUnit.MILLISECONDS);
        } catch (IllegalStateException | RejectedExecutionException e) {
            // it has none, or none any more
            places.release();
        }
    }

    /** Closes it when nobody has connected for some turns, or after a time. */
    void closeWhenQuiet(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        // of a channel that a selector knows the system hears of the end only later
        deregister().addListener(done -> turn(QUIET_TURNS, end));
    }

    private void turn(int left, long end) {
        int more = acceptAll() ? QUIET_TURNS : left - 1;
        if (javaChannel().isRegistered() || more > 0 && System.nanoTime() - end < 0) {
            eventLoop().schedule(() -> turn(more, end), TURN_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            acceptAll();
            close();
        }
    }

    private boolean acceptAll() {
        List<Object> accepted = new ArrayList<>();
        try {
            while (doReadMessages(accepted) > 0) {
                // until there is none
            }
        } catch (Exception e) {
            LOG.debug("A caller cannot be let in: {}", e.toString());
        }
        accepted.forEach(pipeline()::fireChannelRead);
        return !accepted.isEmpty();
    }
}
