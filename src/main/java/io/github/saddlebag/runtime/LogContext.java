package io.github.saddlebag.runtime;

import io.github.saddlebag.batch.Batch;
import io.github.saddlebag.batch.BatchConstants;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.setting.Pipelines;
import io.github.saddlebag.support.CallerIds;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Has what a step logs say of which pipeline and batch it is, and of which request of a caller where it is of one alone. It
 * costs something for each step, so only logs that programs read have it.
 */
final class LogContext implements InterceptStrategy {

    private static final String KNOWN = "SaddlebagLogContext";

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        String pipeline = pipeline(context, definition.getId());
        return new DelegateAsyncProcessor(AsyncProcessorConverterHelper.convert(target)) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                Map<String, String> words = words(exchange, pipeline);
                words.forEach(MDC::put);
                try {
                    return super.process(exchange, callback);
                } finally {
                    words.keySet().forEach(MDC::remove);
                }
            }
        };
    }

    /** Whose step it is, by its id; null: the host's. */
    private static @Nullable String pipeline(CamelContext context, @Nullable String id) {
        String longest = null;
        for (String name : Pipelines.of(context).names()) {
            boolean ours = id != null && id.startsWith(name + '-');
            if (ours && (longest == null || name.length() > longest.length())) {
                longest = name;
            }
        }
        return longest;
    }

    private static Map<String, String> words(Exchange exchange, @Nullable String pipeline) {
        Batch batch = exchange.getProperty(BatchConstants.BATCH, Batch.class);
        if (batch == null) {
            Map<String, String> words = ofHeaders(exchange.getMessage().getHeaders());
            if (pipeline != null) {
                words.put("pipeline", pipeline);
            }
            return words;
        }
        Known known = exchange.getProperty(KNOWN, Known.class);
        if (known == null || known.batch != batch) {
            known = new Known(batch, of(batch));
            exchange.setProperty(KNOWN, known);
        }
        return known.words;
    }

    private record Known(Batch batch, Map<String, String> words) {}

    private static Map<String, String> of(Batch batch) {
        Set<Map<String, String>> callers = new HashSet<>();
        for (Item item : batch.items()) {
            callers.add(ofHeaders(item.headers()));
        }
        Map<String, String> words =
                new LinkedHashMap<>(callers.size() == 1 ? callers.iterator().next() : Map.of());
        words.put("pipeline", batch.name());
        words.put("batch", batch.id());
        return words;
    }

    private static Map<String, String> ofHeaders(Map<String, Object> headers) {
        Map<String, String> words = new LinkedHashMap<>();
        String id = CallerIds.valid(CallerIds.REQUEST_ID, headers.get(CallerIds.REQUEST_ID));
        if (id != null) {
            words.put("request_id", id);
        }
        String trace = CallerIds.traceId(headers.get(CallerIds.TRACEPARENT));
        if (trace != null) {
            words.put("trace_id", trace);
        }
        return words;
    }
}
