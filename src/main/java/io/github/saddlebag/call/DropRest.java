package io.github.saddlebag.call;

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

/**
 * Gives the connection up where a response is closed long before its end. (By default the client reads to the end, to
 * keep the connection: for a response without end, that is forever.)
 */
final class DropRest implements ExecChainHandler {

    /** What is read at most to keep a connection, such as the end of a chunked body behind that of a zipped one. */
    private static final int LITTLE = 16 * 1024;

    private static final long BRIEFLY_NANOS = 200_000_000L;

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        HttpEntity entity = response.getEntity();
        if (entity != null && entity.isStreaming()) {
            InputStream content = new Content(entity.getContent(), scope.execRuntime);
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
        private boolean closed;

        private Content(InputStream in, ExecRuntime connection) {
            super(in);
            this.connection = connection;
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
                    int read = in.read(buffer);
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
