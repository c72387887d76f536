package io.github.saddlebag.trace;

import io.github.saddlebag.stats.SentCall;
import io.github.saddlebag.support.CallerIds;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Collection;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.CamelTracingService;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/** Spans of OpenTelemetry, named and described by its semantic conventions. */
record OpenTelemetrySpans(Tracer tracer, boolean camelTraces) implements Spans {

    private static final String NAME = "io.github.saddlebag";
    private static final String AGENT = "io.opentelemetry.javaagent.OpenTelemetryAgent";
    private static final AttributeKey<String> PIPELINE = AttributeKey.stringKey("saddlebag.pipeline");
    private static final AttributeKey<String> BATCH = AttributeKey.stringKey("saddlebag.batch.id");
    private static final AttributeKey<String> CAUSE = AttributeKey.stringKey("saddlebag.batch.cause");
    private static final AttributeKey<Long> ITEMS = AttributeKey.longKey("saddlebag.items");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> RESEND = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");

    /** Null: nobody traces. */
    static @Nullable Spans find(CamelContext context) {
        boolean camelTraces = context.hasService(CamelTracingService.class) != null;
        OpenTelemetry telemetry = CamelContextHelper.findSingleByType(context, OpenTelemetry.class);
        if (telemetry != null) {
            return new OpenTelemetrySpans(telemetry.getTracer(NAME), camelTraces);
        }
        Tracer own = CamelContextHelper.findSingleByType(context, Tracer.class);
        if (own != null) {
            return new OpenTelemetrySpans(own, camelTraces);
        }
        return camelTraces || isGlobal()
                ? new OpenTelemetrySpans(GlobalOpenTelemetry.getTracer(NAME), camelTraces)
                : null;
    }

    /** Whether there is one for the JVM: to ask for one that is not set would keep the host from setting it. */
    private static boolean isGlobal() {
        try {
            Class.forName(AGENT, false, null);
            // it is set as it is asked for
            return true;
        } catch (ClassNotFoundException e) {
            return isSet();
        }
    }

    private static boolean isSet() {
        try {
            return GlobalOpenTelemetry.isSet();
        } catch (NoSuchMethodError e) {
            // an older one, which cannot be asked
            return false;
        }
    }

    @Override
    public AsyncCallback parked(Exchange exchange, String pipeline, int items, AsyncCallback callback) {
        if (camelTraces) {
            return callback;
        }
        Message message = exchange.getMessage();
        Object before = message.getHeader(CallerIds.TRACEPARENT);
        Context here = Context.current();
        SpanContext remote = context(before);
        boolean known = io.opentelemetry.api.trace.Span.fromContext(here)
                .getSpanContext()
                .isValid();
        Context parent = known || remote == null ? here : with(here, remote);
        Begun span = new Begun(tracer.spanBuilder("batch " + pipeline)
                .setParent(parent)
                .setAttribute(PIPELINE, pipeline)
                .setAttribute(ITEMS, (long) items)
                .startSpan());
        message.setHeader(CallerIds.TRACEPARENT, span.traceparent());
        return doneSync -> {
            Exception error = exchange.getException();
            span.end(error == null ? null : error.getClass().getSimpleName());
            if (before == null) {
                exchange.getMessage().removeHeader(CallerIds.TRACEPARENT);
            } else {
                exchange.getMessage().setHeader(CallerIds.TRACEPARENT, before);
            }
            try (Scope scope = parent.makeCurrent()) {
                callback.done(doneSync);
            }
        };
    }

    @Override
    public Span batch(String pipeline, String id, int items, String cause, Collection<String> contexts) {
        SpanBuilder builder = tracer.spanBuilder("call " + pipeline)
                .setNoParent()
                .setAttribute(PIPELINE, pipeline)
                .setAttribute(BATCH, id)
                .setAttribute(CAUSE, cause)
                .setAttribute(ITEMS, (long) items);
        for (String each : contexts) {
            SpanContext context = context(each);
            if (context != null) {
                builder.addLink(context);
            }
        }
        return new Begun(builder.startSpan());
    }

    @Override
    public Span call(@Nullable String parent, String method, int resend) {
        SpanBuilder builder = tracer.spanBuilder(method)
                .setSpanKind(SpanKind.CLIENT)
                .setNoParent()
                .setAttribute(METHOD, method);
        SpanContext context = context(parent);
        if (context != null) {
            builder.setParent(with(Context.root(), context));
        }
        if (resend > 0) {
            builder.setAttribute(RESEND, (long) resend);
        }
        return new Begun(builder.startSpan());
    }

    private static Context with(Context context, SpanContext span) {
        return context.with(io.opentelemetry.api.trace.Span.wrap(span));
    }

    /** The place in a trace that a {@code traceparent} names; null: it is none. */
    private static @Nullable SpanContext context(@Nullable Object traceparent) {
        String valid = CallerIds.valid(CallerIds.TRACEPARENT, traceparent);
        if (valid == null) {
            return null;
        }
        String[] parts = valid.split("-");
        return SpanContext.createFromRemoteParent(
                parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault());
    }

    private static final class Begun implements Span {

        private final io.opentelemetry.api.trace.Span span;

        private Begun(io.opentelemetry.api.trace.Span span) {
            this.span = span;
        }

        @Override
        public String traceparent() {
            SpanContext context = span.getSpanContext();
            return "00-" + context.getTraceId() + '-' + context.getSpanId() + '-'
                    + context.getTraceFlags().asHex();
        }

        @Override
        public void end(@Nullable String error) {
            if (error != null) {
                span.setAttribute(ERROR, error);
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }

        @Override
        public void end(SentCall call) {
            if (call.status() > 0) {
                span.setAttribute(STATUS, (long) call.status());
            }
            SentCall.Server server = call.server();
            if (server != null) {
                span.setAttribute(ADDRESS, server.address());
                span.setAttribute(PORT, (long) server.port());
            }
            String error = call.error();
            end(error == null && call.status() >= 400 ? Integer.toString(call.status()) : error);
        }
    }
}
