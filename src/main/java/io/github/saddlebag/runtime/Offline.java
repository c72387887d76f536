package io.github.saddlebag.runtime;

import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.Rehearsal;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** Stands in the place of the network: keeps what would be sent, and answers with what was recorded. */
public final class Offline extends HttpStandIn {

    /** What would have been sent. Headers and address are masked. */
    public record Request(String method, String url, Map<String, String> headers, byte[] body) {

        /** One of the mode single, without its secrets. */
        public static Request of(Rehearsal.Request request) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            request.headers().forEach((name, value) -> headers.put(name, Masked.header(name, value)));
            return new Request(request.method(), Masked.url(request.url()), headers, request.body());
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** Shows it without its secrets. */
        public void print(PrintWriter out, Secrets secrets) {
            out.println(method + ' ' + secrets.hide(url));
            headers.forEach((name, value) -> out.println(name + ": " + secrets.hide(value)));
            out.println();
            if (body.length > 0) {
                out.println(secrets.hide(text()));
                out.println();
            }
        }
    }

    /** Why an item failed whose request was shown and has no answer. */
    public static final String NOTHING_SENT = "Nothing was sent";

    private final List<RecordedAnswer> answers;
    private final List<Request> requests = new ArrayList<>();

    /** @param answers to the requests in their turn, the last one to all that follow; none: every request fails */
    public Offline(List<RecordedAnswer> answers) {
        this.answers = answers;
    }

    /** The mode single has connections of its own, in whose place this stands from now on. */
    @Override
    public void takePlace(Standalone standalone) {
        if (standalone.property("saddlebag.call.mode").equals("single")) {
            standalone.bean("saddlebagConnections", AsyncHttp.class).rehearse(this::answerSingle);
        }
    }

    private Rehearsal.Response answerSingle(Rehearsal.Request request) {
        RecordedAnswer answer = next(Request.of(request));
        if (answer == null) {
            throw new IllegalStateException(NOTHING_SENT);
        }
        return new Rehearsal.Response(answer.status(), answer.headers(), answer.body());
    }

    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    private synchronized @Nullable RecordedAnswer next(Request request) {
        requests.add(request);
        return answers.isEmpty() ? null : answers.get(Math.min(requests.size(), answers.size()) - 1);
    }

    @Override
    public Endpoint instead(String uri, Endpoint endpoint) {
        return new Recorded(uri, endpoint);
    }

    private final class Recorded extends Instead {

        private Recorded(String uri, Endpoint endpoint) {
            super(uri, endpoint);
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
    }
}
