package io.github.saddlebag.http;

import io.github.saddlebag.address.ItemRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends requests as the connections do that it watches, and tells what was sent and what came. */
record WatchedWire(Wire wire, CallWatch watch) implements Wire {

    @Override
    public void execute(Runnable task) {
        wire.execute(task);
    }

    @Override
    public void after(long nanos, Runnable task) {
        wire.after(nanos, task);
    }

    @Override
    public void send(
            ItemRequest request,
            Map<String, String> headers,
            @Nullable InetAddress to,
            Duration connectTimeout,
            Receiver receiver) {
        Rehearsal.Request sent = Rehearsal.Request.of(request, headers);
        String refusal = watch.begins(sent);
        if (refusal != null) {
            execute(() -> receiver.failed(new IllegalStateException(refusal)));
            return;
        }
        wire.send(request, headers, to, connectTimeout, new Told(watch, sent, receiver));
    }

    /** Hands on what comes, and tells it. */
    private record Told(CallWatch watch, Rehearsal.Request sent, Receiver receiver) implements Receiver {

        @Override
        public void received(int status, Function<String, @Nullable String> header, byte[] body) {
            watch.answered(sent, status, header.apply("Content-Encoding"), body);
            receiver.received(status, header, body);
        }

        @Override
        public boolean takes(long bytes, Runnable then) throws IOException {
            return receiver.takes(bytes, then);
        }

        @Override
        public void failed(Exception why) {
            watch.failed(sent, why);
            receiver.failed(why);
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
