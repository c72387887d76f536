package io.github.saddlebag.http;

import io.github.saddlebag.pace.Sends;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.HttpMessageParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Never uses a connection again on which bytes lie that nobody asked for: a response too many would be taken for that to
 * the next request, and give each item the answer of the one before it. Such a connection is closed before anything is
 * sent over it, and another one is taken.
 *
 * <p>What arrives when the next request is sent already cannot be told from its response.
 */
public final class CleanConnections implements ExecChainHandler {

    /** More than a pool has connections that were left unclean. */
    private static final int MOST_TRIES = 100;

    /** The head of most requests is written together with the body, and wakes the endpoint once. */
    private static final Http1Config AT_ONCE =
            Http1Config.custom().setBufferSize(16 * 1024).build();

    private static final Timeout A_MOMENT = Timeout.ofMilliseconds(1);

    /** What is read ahead of each connection. */
    private final Map<HttpClientConnection, Reader> readers = Collections.synchronizedMap(new WeakHashMap<>());

    /** Nothing was sent. */
    private static final class UncleanException extends IOException {

        private static final long serialVersionUID = 1L;

        private UncleanException() {
            super("the endpoint had sent more than one response to a request");
        }
    }

    /** Reads responses as the client does, and knows where from. */
    private static final class Reader implements HttpMessageParser<ClassicHttpResponse> {

        private final HttpMessageParser<ClassicHttpResponse> client = new DefaultHttpResponseParserFactory().create();
        private volatile @Nullable SessionInputBuffer buffer;

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer from, InputStream in) throws IOException, HttpException {
            buffer = from;
            try {
                return client.parse(from, in);
            } catch (IllegalArgumentException e) {
                // a status such as 000 is taken for an error of whoever calls
                throw new ProtocolException(e.getMessage(), e);
            }
        }

        private boolean hasRest() {
            SessionInputBuffer read = buffer;
            return read != null && read.length() > 0;
        }
    }

    /** Makes connections whose rest can be seen. */
    public HttpConnectionFactory<ManagedHttpClientConnection> connections() {
        return (@Nullable Socket socket) -> {
            Reader reader = new Reader();
            ManagedHttpClientConnection connection = ManagedHttpClientConnectionFactory.builder()
                    .http1Config(AT_ONCE)
                    .responseParserFactory(config -> reader)
                    .build()
                    .createConnection(socket);
            readers.put(connection, reader);
            return connection;
        };
    }

    /** Looks at a connection before a request is sent over it, within a limit. */
    public HttpRequestExecutor executor(Sends sends, BoundedConnections bounded) {
        return new CountedSends(sends, (connection, context) -> {
            check(connection);
            bounded.begin(connection, context);
        });
    }

    private void check(HttpClientConnection connection) throws IOException {
        if (isUnclean(connection)) {
            throw new UncleanException();
        }
    }

    private boolean isUnclean(HttpClientConnection connection) throws IOException {
        EndpointDetails details = connection.getEndpointDetails();
        if (details == null || details.getResponseCount() == 0) {
            return false;
        }
        Reader reader = readers.get(connection);
        if (reader != null && reader.hasRest()) {
            return true;
        }
        Socket socket = connection instanceof ManagedHttpClientConnection managed ? managed.getSocket() : null;
        if (socket == null) {
            return false;
        }
        // encrypted bytes may be no response at all: only reading them tells
        return socket instanceof SSLSocket
                ? connection.isDataAvailable(A_MOMENT)
                : socket.getInputStream().available() > 0;
    }

    /** Takes another connection in the place of one that was not clean, which the client has closed. */
    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header[] headers = request.getHeaders();
        String path = request.getPath();
        for (int i = 1; ; i++) {
            try {
                return chain.proceed(request, scope);
            } catch (UncleanException e) {
                if (i == MOST_TRIES) {
                    throw e;
                }
                // the client completes them for each connection
                request.setHeaders(headers);
                request.setPath(path);
            }
        }
    }
}
