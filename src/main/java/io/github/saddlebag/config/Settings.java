package io.github.saddlebag.config;

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
