package io.github.saddlebag.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Log settings of the commands; whatever the user sets with {@code -D} wins. */
final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    static void setUp() {
        set("logFile", "System.err");
        set("showThreadName", "false");
        set("showShortLogName", "true");
        set("showLogName", "false");
        set("showDateTime", "true");
        set("dateTimeFormat", "HH:mm:ss.SSS");
        set("levelInBrackets", "false");
        set("defaultLogLevel", "warn");
        set("log.io.github.saddlebag", "info");
        // why the start failed is said by the command, in a line
        set("log.org.apache.camel.impl.engine.AbstractCamelContext", "off");
        // so is what a stop gives back; these would add a page about their threads
        set("log.org.apache.camel.processor.aggregate.AggregateProcessor", "error");
        set("log.org.apache.camel.impl.engine.DefaultAsyncProcessorAwaitManager", "error");
        set("log.org.apache.camel.impl.engine.DefaultInflightRepository", "error");
    }

    /** What Kafka's clients say; for who asks the brokers, and says what they answered. */
    static void withoutKafka() {
        set("log.org.apache.kafka", "off");
    }

    /** What to know of the log before it is shown to others; or null. */
    static @Nullable String warning() {
        String level = System.getProperty(PREFIX + "defaultLogLevel", "");
        return level.equalsIgnoreCase("debug") || level.equalsIgnoreCase("trace")
                ? "at the log level " + level.toLowerCase(Locale.ROOT)
                        + " Camel and the HTTP client may print headers and" + " properties, secrets included."
                : null;
    }

    private static void set(String key, String value) {
        if (System.getProperty(PREFIX + key) == null) {
            System.setProperty(PREFIX + key, value);
        }
    }
}
