package io.github.saddlebag.runtime;

import io.github.saddlebag.format.FormatConstants;
import io.github.saddlebag.setting.Pipeline;
import io.github.saddlebag.setting.PipelineNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.hc.core5.http.HttpEntity;

/** Stands before the network in a run that is looked at: sees each request, and decides what becomes of it. */
public abstract class HttpStandIn extends MainListenerSupport {

    /** The mode single has connections of its own; called before the first request. */
    public abstract void takePlace(Standalone standalone);

    /** What stands in the place of an endpoint of HTTP. */
    public abstract Endpoint instead(String uri, Endpoint endpoint);

    @Override
    public final void beforeConfigure(BaseMainSupport main) {
        main.getCamelContext()
                .getCamelContextExtension()
                .registerEndpointCallback((uri, endpoint) -> isHttp(uri) ? instead(uri, endpoint) : endpoint);
    }

    private static boolean isHttp(String uri) {
        return uri.matches("(vertx-)?https?:.*");
    }

    /** An endpoint in the place of another one. */
    public abstract static class Instead extends DefaultEndpoint {

        /** By what the client is told the rest of the address; it does not go out. */
        private static final String MARK = "Saddlebag-Job";

        private final Endpoint endpoint;

        public Instead(String uri, Endpoint endpoint) {
            super(uri, endpoint instanceof DefaultEndpoint known ? known.getComponent() : null);
            this.endpoint = endpoint;
        }

        /** The one whose place it takes. */
        public final Endpoint endpoint() {
            return endpoint;
        }

        /** The request as it may be shown. */
        public final Offline.Request requestOf(Message message) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            message.getHeaders().forEach((name, value) -> {
                if (!name.startsWith("Camel")) {
                    headers.put(name, Masked.header(name, String.valueOf(value)));
                }
            });
            byte[] body = new byte[0];
            if (message.getBody() instanceof HttpEntity entity) {
                if (entity.getContentType() != null) {
                    headers.put(Exchange.CONTENT_TYPE, entity.getContentType());
                }
                body = bytes(entity, "gzip".equals(message.getHeader(Exchange.CONTENT_ENCODING)));
            } else if (message.getBody() != null) {
                body = message.getBody(byte[].class);
            }
            String method = message.getHeader(Exchange.HTTP_METHOD, "POST", String.class);
            String url = urlOf(message);
            String query = message.getExchange().getProperty(FormatConstants.QUERY, String.class);
            if (query != null) {
                headers.remove(MARK);
                url += (url.indexOf('?') < 0 ? '?' : '&') + query;
            }
            return new Offline.Request(method, Masked.url(url), headers, body);
        }

        private static byte[] bytes(HttpEntity entity, boolean zipped) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                entity.writeTo(bytes);
                return zipped
                        ? new GZIPInputStream(new ByteArrayInputStream(bytes.toByteArray())).readAllBytes()
                        : bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException("reading from memory failed", e);
            }
        }

        private String urlOf(Message message) {
            String dynamic = message.getHeader(Exchange.HTTP_URI, String.class);
            if (dynamic != null) {
                return dynamic;
            }
            String pipeline =
                    PipelineNames.meant(PipelineNames.listed(getCamelContext())).orElse(Pipeline.DEFAULT);
            String configured = Objects.requireNonNullElse(
                            Pipeline.of(getCamelContext(), pipeline).value("call.url", null), "")
                    .trim();
            String own = endpoint.getEndpointUri();
            return sameHost(configured, own) ? configured : own;
        }

        private static boolean sameHost(String a, String b) {
            return URI.create(a).getRawAuthority() != null
                    && b.contains("//" + URI.create(a).getRawAuthority());
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("nothing is received");
        }
    }
}
