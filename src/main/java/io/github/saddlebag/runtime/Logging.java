package io.github.saddlebag.runtime;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Log settings of the commands; whatever the user sets with {@code -D} wins. */
public final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    /** The option that says how much is logged. */
    public static final String LEVEL = "--log-level";

    private Logging() {}

    /** How much is logged, from nothing to everything. */
    public enum Level {
        off,
        error,
        warn,
        info,
        debug,
        trace
    }

    public static void setUp(String... args) {
        String level = level(args);
        if (level != null) {
            System.setProperty(PREFIX + "defaultLogLevel", level);
            System.setProperty(PREFIX + "log.io.github.saddlebag", level);
        }
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

    /** What the command line says of it, which must be known before the first line is logged; null: nothing usable. */
    public static @Nullable String level(String... args) {
        for (int i = 0; i < args.length; i++) {
            String value = args[i].startsWith(LEVEL + "=") ? args[i].substring(LEVEL.length() + 1) : null;
            if (args[i].equals(LEVEL) && i + 1 < args.length) {
                value = args[i + 1];
            }
            for (Level level : Level.values()) {
                if (level.name().equals(value)) {
                    return value;
                }
            }
        }
        return null;
    }

    /** What Kafka's clients say; for who asks the brokers, and says what they answered. */
    public static void withoutKafka() {
        set("log.org.apache.kafka", "off");
    }

    /** What to know of the log before it is shown to others; or null. */
    public static @Nullable String warning() {
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
