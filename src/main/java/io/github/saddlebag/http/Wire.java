package io.github.saddlebag.http;

import io.github.saddlebag.address.ItemRequest;
import io.github.saddlebag.pace.Sends;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends requests without a thread for each. All it calls back runs on one thread, which must not be blocked. */
public interface Wire extends AutoCloseable {

    /** Runs a task on its thread, later. */
    void execute(Runnable task);

    /** Runs a task on its thread, after a while. */
    void after(long nanos, Runnable task);

    /**
     * Sends a request over a connection to that address; on its thread only.
     *
     * @param to null: a proxy finds the host by its name
     * @param headers besides those of the request itself
     */
    void send(
            ItemRequest request,
            Map<String, String> headers,
            @Nullable InetAddress to,
            Duration connectTimeout,
            Receiver receiver);

    @Override
    void close();

    /** Told once what came of a request. */
    interface Receiver {

        /**
         * The response was read to its end.
         *
         * @param header finds a field by its name, whatever its case; null where it is missing
         * @param body as it came: perhaps compressed
         */
        void received(int status, Function<String, @Nullable String> header, byte[] body);

        /**
         * So many bytes of a body have come.
         *
         * @param then run once there is room for them in memory, on the thread of the connections
         * @return false: there is none yet, and nothing is read until then
         * @throws IOException there will be none
         */
        default boolean takes(long bytes, Runnable then) throws IOException {
            return true;
        }

        /** There is none. */
        void failed(Exception why);
    }

    /** What is spoken. */
    enum Version {
        HTTP_1,
        /** HTTP/2 where the host has it and TLS is spoken, by ALPN. */
        HTTP_2,
        /** The same, and in clear text HTTP/2 without asking. */
        HTTP_2_PRIOR_KNOWLEDGE
    }

    /** What holds for all requests. */
    record Terms(
            Network network,
            Version version,
            Duration connectTimeout,
            Duration responseTimeout,
            Duration totalTimeout,
            int connections,
            int connectionsPerHost,
            int maxBytes,
            Sends sends) {}
}
