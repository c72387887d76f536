package io.github.saddlebag.cli;

import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.Rehearsal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** Stands in the place of the network: keeps what would be sent, and answers with what was recorded. */
final class Offline extends MainListenerSupport {

    /** What would have been sent. Headers and address are masked. */
    record Request(String method, String url, Map<String, String> headers, byte[] body) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Why an item failed whose request was shown and has no answer. */
    static final String NOTHING_SENT = "Nothing was sent";

    private final List<RecordedAnswer> answers;
    private final List<Request> requests = new ArrayList<>();

    /** @param answers to the requests in their turn, the last one to all that follow; none: every request fails */
    Offline(List<RecordedAnswer> answers) {
        this.answers = answers;
    }

    /** The mode single has connections of its own, in whose place this stands from now on. */
    void takePlace(Standalone standalone) {
        if (standalone.property("saddlebag.call.mode").equals("single")) {
            standalone.bean("saddlebagConnections", AsyncHttp.class).rehearse(this::answerSingle);
        }
    }

    private Rehearsal.Response answerSingle(Rehearsal.Request request) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        request.headers().forEach((name, value) -> headers.put(name, Masked.header(name, value)));
        RecordedAnswer answer = next(new Request(request.method(), Masked.url(request.url()), headers, request.body()));
        if (answer == null) {
            throw new IllegalStateException(NOTHING_SENT);
        }
        return new Rehearsal.Response(answer.status(), answer.headers(), answer.body());
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        main.getCamelContext()
                .getCamelContextExtension()
                .registerEndpointCallback((uri, endpoint) -> isHttp(uri) ? new Instead(uri, endpoint) : endpoint);
    }

    private static boolean isHttp(String uri) {
        return uri.matches("(vertx-)?https?:.*");
    }

    private synchronized @Nullable RecordedAnswer next(Request request) {
        requests.add(request);
        return answers.isEmpty() ? null : answers.get(Math.min(requests.size(), answers.size()) - 1);
    }

    private final class Instead extends DefaultEndpoint {

        private final Endpoint endpoint;

        private Instead(String uri, Endpoint endpoint) {
            super(uri, endpoint instanceof DefaultEndpoint known ? known.getComponent() : null);
            this.endpoint = endpoint;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    answer(exchange);
                }
            };
        }

        private void answer(Exchange exchange) {
            Message message = exchange.getMessage();
            RecordedAnswer answer = next(requestOf(message));
            if (answer == null) {
                throw new IllegalStateException(NOTHING_SENT);
            }
            message.removeHeaders("*");
            answer.headers().forEach(message::setHeader);
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
            message.setBody(new ByteArrayInputStream(answer.body()));
        }

        private Request requestOf(Message message) {
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
            return new Request(method, Masked.url(urlOf(message)), headers, body);
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
            String configured = getCamelContext()
                    .resolvePropertyPlaceholders("{{saddlebag.call.url:}}")
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

        @Override
        public boolean isSingleton() {
            return true;
        }
    }
}
