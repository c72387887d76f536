package io.github.saddlebag.config;

import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/** All settings of a pipeline. */
public record Settings(
        FileSettings file,
        KafkaSettings kafka,
        SourceSettings source,
        TimerSettings timer,
        ServeSettings serve,
        ItemSettings item,
        BatchSettings batch,
        CallSettings call,
        FormatSettings format,
        RetrySettings retry,
        AuthSettings auth,
        SingleSettings single,
        JobSettings job,
        BreakerSettings breaker,
        AnswerSettings answer,
        DeliverSettings deliver,
        DeadLetterSettings deadLetter) {

    /** All values by the names of their properties, without {@code saddlebag.}. */
    public Map<String, Object> byName() {
        Map<String, Object> values = new TreeMap<>();
        try {
            for (RecordComponent stage : Settings.class.getRecordComponents()) {
                Object settings = stage.getAccessor().invoke(this);
                for (RecordComponent one : stage.getType().getRecordComponents()) {
                    values.put(
                            Known.name(stage.getType(), one), one.getAccessor().invoke(settings));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    /**
     * Reads them from the properties of a context.
     *
     * @param pipeline {@code saddlebag}, or the name of another pipeline, which has properties of its own
     * @throws IllegalArgumentException a value is wrong; the message names the property, the value and the rule
     */
    public static Settings read(CamelContext context, String pipeline) {
        return new Binder(context, pipeline).read(Settings.class);
    }
}
