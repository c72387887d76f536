package io.github.saddlebag.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Gives the connection up where a response is closed long before its end, and where an error came of it. (By default the
 * client reads to the end, to keep the connection: for a response without end, that is forever.)
 */
public record DropRest(BoundedConnections connections) implements ExecChainHandler {

    /** What is read at most to keep a connection, such as the end of a chunked body behind that of a zipped one. */
    private static final int LITTLE = 16 * 1024;

    private static final long BRIEFLY_NANOS = 200_000_000L;

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response;
        try {
            response = chain.proceed(request, scope);
        } catch (Error e) {
            // the client leaves it open
            scope.execRuntime.discardEndpoint();
            throw e;
        }
        HttpEntity entity = response.getEntity();
        if (entity != null && entity.isStreaming()) {
            InputStream content =
                    new Content(entity.getContent(), scope.execRuntime, connections.beginBody(scope.clientContext));
            response.setEntity(new HttpEntityWrapper(entity) {
                @Override
                public InputStream getContent() {
                    return content;
                }
            });
        }
        return response;
    }

    private static final class Content extends FilterInputStream {

        private final ExecRuntime connection;
        private final @Nullable BoundedSocket socket;
        private boolean ended;
        private boolean closed;

        private Content(InputStream in, ExecRuntime connection, @Nullable BoundedSocket socket) {
            super(in);
            this.connection = connection;
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            allow(1);
            return noted(in.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            allow(length);
            return noted(in.read(bytes, offset, length));
        }

        /** Once it has ended, the connection may be another request's. */
        private void allow(int length) {
            if (socket != null && !ended) {
                socket.allow((long) length + LongHeadException.MOST_BYTES);
            }
        }

        private int noted(int read) {
            ended |= read < 0;
            return read;
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            if (isSoonRead()) {
                in.close();
                return;
            }
            connection.discardEndpoint();
            try {
                in.close();
            } catch (IOException e) {
                // of course: the connection is gone
            }
        }

        private boolean isSoonRead() {
            long until = System.nanoTime() + BRIEFLY_NANOS;
            byte[] buffer = new byte[LITTLE / 4];
            int left = LITTLE;
            try {
                while (left > 0 && System.nanoTime() - until < 0) {
                    int read = read(buffer, 0, buffer.length);
                    if (read < 0) {
                        return true;
                    }
                    left -= read;
                }
            } catch (IOException e) {
                return false;
            }
            return false;
        }
    }
}
