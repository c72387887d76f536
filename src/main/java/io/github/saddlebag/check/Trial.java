package io.github.saddlebag.check;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.call.UnpackedBody;
import io.github.saddlebag.format.ErrorText;
import io.github.saddlebag.format.MalformedAnswerException;
import io.github.saddlebag.format.WireFormat;
import io.github.saddlebag.http.AsyncHttp;
import io.github.saddlebag.http.CallWatch;
import io.github.saddlebag.http.Rehearsal;
import io.github.saddlebag.runtime.HttpStandIn;
import io.github.saddlebag.runtime.Offline;
import io.github.saddlebag.runtime.Standalone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Real requests, of which each is seen, and each item's is made once: what would be sent again, or in halves, is not. */
public final class Trial extends HttpStandIn implements CallWatch {

    /** How the reason begins for which an item failed whose request was not made again. */
    static final String ONCE = "--try sends nothing twice";

    private static final int LONGEST_SHOWN = 1 << 16;
    private static final int LARGEST = 1 << 30;

    /**
     * A request, and what came.
     *
     * @param status 0: no response came
     * @param answer the beginning of the response's body
     * @param error why no response came; empty: one did
     */
    public record Call(Offline.Request request, int status, byte[] answer, String error) {}

    private final List<Call> calls = new ArrayList<>();
    private final Set<Item> sent = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> singles = new HashMap<>();
    private @Nullable WireFormat format;
    private String before = "";

    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void takePlace(Standalone standalone) {
        format = standalone.bean("saddlebagFormat", WireFormat.class);
        if (standalone.property("saddlebag.call.mode").equals("single")) {
            standalone.bean("saddlebagConnections", AsyncHttp.class).watch(this);
        }
    }

    @Override
    public synchronized @Nullable String begins(Rehearsal.Request request) {
        String known = singles.putIfAbsent(keyOf(request), "");
        return known == null ? null : again(known);
    }

    private static String keyOf(Rehearsal.Request request) {
        return request.method() + ' ' + request.url() + '\n' + new String(request.body(), StandardCharsets.ISO_8859_1);
    }

    /** Why a request is not made again. */
    private static String again(String before) {
        return before.isEmpty() ? ONCE : before + "; " + ONCE;
    }

    @Override
    public synchronized void answered(Rehearsal.Request request, int status, @Nullable String codings, byte[] body) {
        byte[] beginning = beginning(body, codings);
        singles.put(keyOf(request), of(status, beginning));
        calls.add(new Call(Offline.Request.of(request), status, beginning, ""));
    }

    @Override
    public synchronized void failed(Rehearsal.Request request, Exception why) {
        String error = Standalone.messageOf(why);
        singles.put(keyOf(request), error);
        calls.add(new Call(Offline.Request.of(request), 0, new byte[0], error));
    }

    /** What there is to be said of a response because of which the request would be made again. */
    private static String of(int status, byte[] body) {
        String detail = ErrorText.of(body);
        return "the endpoint answered " + status + (detail == null ? "" : " (" + detail + ")");
    }

    /** The same of a batch's, which may be of another shape than the configuration says. */
    private String of(int status, byte[] body, int items) {
        if (status < 300 && format != null) {
            try {
                format.read(body, items);
            } catch (MalformedAnswerException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return of(status, body);
    }

    private static byte[] beginning(byte[] body, @Nullable String codings) {
        try (InputStream plain =
                new UnpackedBody(new ByteArrayInputStream(body), Objects.requireNonNullElse(codings, ""), LARGEST)) {
            return plain.readNBytes(LONGEST_SHOWN);
        } catch (IOException e) {
            return Standalone.messageOf(e).getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * Notes the items of the batch.
     *
     * @throws IllegalStateException one of them was sent before
     */
    private synchronized int first(Exchange exchange) {
        List<Item> items =
                exchange.getProperty(BatchConstants.BATCH, Batch.class).unsettled();
        for (Item item : items) {
            if (!sent.add(item)) {
                throw new IllegalStateException(again(before));
            }
        }
        return items.size();
    }

    @Override
    public Endpoint instead(String uri, Endpoint endpoint) {
        return new Watched(uri, endpoint);
    }

    private final class Watched extends Instead {

        private Watched(String uri, Endpoint endpoint) {
            super(uri, endpoint);
        }

        @Override
        public Producer createProducer() throws Exception {
            Producer real = endpoint().createProducer();
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) throws Exception {
                    send(real, exchange, first(exchange));
                }

                @Override
                protected void doStart() throws Exception {
                    ServiceHelper.startService(endpoint(), real);
                    super.doStart();
                }

                @Override
                protected void doStop() throws Exception {
                    super.doStop();
                    ServiceHelper.stopService(real, endpoint());
                }
            };
        }

        private void send(Producer real, Exchange exchange, int items) throws Exception {
            Offline.Request request = requestOf(exchange.getMessage());
            try {
                real.process(exchange);
                int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
                InputStream body = exchange.getMessage().getBody(InputStream.class);
                byte[] beginning = body == null ? new byte[0] : body.readNBytes(LONGEST_SHOWN);
                // the rest is read by whoever bounds it
                exchange.getMessage()
                        .setBody(
                                body == null
                                        ? new ByteArrayInputStream(beginning)
                                        : new SequenceInputStream(new ByteArrayInputStream(beginning), body));
                note(new Call(request, status, beginning, ""), of(status, beginning, items));
            } catch (IOException e) {
                String error = Standalone.messageOf(e);
                note(new Call(request, 0, new byte[0], error), error);
                throw e;
            }
        }
    }

    private synchronized void note(Call call, String told) {
        calls.add(call);
        before = told;
    }
}
