package io.github.saddlebag.source;

import io.github.saddlebag.input.OnceStream;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;

/** What a message has as its input: a file, several, or a stream. */
final class InputBody {

    private static final String STDIN = "stdin";

    private InputBody() {}

    /** What other places of files give: bytes or a stream, or a file that they have fetched. */
    static Object of(Object given) {
        Object body = given;
        if (body instanceof WrappedFile<?> wrapped && !(wrapped.getFile() instanceof File)) {
            body = wrapped.getBody();
        }
        if (body instanceof byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }
        if (body instanceof StreamCache && body instanceof InputStream stream) {
            return new OnceStream(stream);
        }
        return body instanceof String text ? new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) : body;
    }

    /** The file that it is. */
    static Path path(Object body) {
        if (body instanceof WrappedFile<?> wrapped) {
            return ((File) wrapped.getFile()).toPath();
        }
        return body instanceof File file ? file.toPath() : (Path) body;
    }

    /** A file of another place has a name; standard input has none. */
    static String streamName(Exchange exchange) {
        String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
        Path path = name == null || name.isBlank() ? null : Path.of(name).getFileName();
        return path == null || path.toString().startsWith(".") ? STDIN : path.toString();
    }
}
