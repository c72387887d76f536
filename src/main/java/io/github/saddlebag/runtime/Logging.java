package io.github.saddlebag.runtime;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Log settings of the commands; whatever the user sets with {@code -D} wins. */
public final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    /** The option that says how much is logged. */
    public static final String LEVEL = "--log-level";

    /** The option that says what a line of the log is. */
    public static final String FORMAT = "--log-format";

    /** Whose lines those are that nobody says anything of; empty: there are several. */
    private static final String PIPELINE = "saddlebag.log.pipeline";

    /** What these log below {@code info} are headers and properties, with the secrets in them. */
    private static final List<String> OPEN = List.of(
            "org.apache.hc",
            "org.apache.camel.component.properties",
            "org.apache.camel.impl.engine.DefaultCamelContextExtension");

    private static final String PROVIDER = "slf4j.provider";
    private static final String SIMPLE = "org.slf4j.simple.SimpleServiceProvider";
    private static final String LOGBACK = "ch.qos.logback.classic.spi.LogbackServiceProvider";
    private static final String ENCODER = "net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder";

    private Logging() {}

    /** What a line of the log is: for people, or for programs. */
    public enum Format {
        text,
        json
    }

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
        // it would tell which provider it takes
        set("slf4j.internal.verbosity", "WARN", "");
        if (isJson(args)) {
            setUpJson(level);
            return;
        }
        set(PROVIDER, SIMPLE, "");
        if (level != null) {
            System.setProperty(PREFIX + "defaultLogLevel", level);
            System.setProperty(PREFIX + "log.io.github.saddlebag", level);
            if (isBelowInfo(level)) {
                OPEN.forEach(name -> set("log." + name, "info"));
            }
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
        // so is which names of properties are unknown, or old
        set("log.io.github.saddlebag.PipelineMade", "off");
        // so is what a stop gives back; these would add a page about their threads
        set("log.org.apache.camel.processor.aggregate.AggregateProcessor", "error");
        set("log.org.apache.camel.impl.engine.DefaultAsyncProcessorAwaitManager", "error");
        set("log.org.apache.camel.impl.engine.DefaultInflightRepository", "error");
    }

    private static void setUpJson(@Nullable String level) {
        set(PROVIDER, LOGBACK, "");
        set("logback.configurationFile", "saddlebag/logback.xml", "");
        set("saddlebag.log.own", level == null ? "info" : level, "");
        set("saddlebag.log.others", level == null ? "warn" : level, "");
        set("saddlebag.log.open", level == null ? "warn" : isBelowInfo(level) ? "info" : level, "");
        set(PIPELINE, "", "");
        // a bar is for people
        System.setProperty("saddlebag.terminal", "false");
    }

    private static boolean isBelowInfo(String level) {
        return level.equals(Level.debug.name()) || level.equals(Level.trace.name());
    }

    /** Lines that say of no pipeline that they are its are those of this one, where no other runs. */
    static void pipelines(Collection<String> names) {
        if (isUsedAsJson()) {
            System.setProperty(PIPELINE, names.size() == 1 ? names.iterator().next() : "");
        }
    }

    /** Whether lines of JSON are wanted, and the library for them is there. */
    public static boolean isJson(String... args) {
        return Format.json.name().equals(value(FORMAT, args)) && hasLibrary();
    }

    /** Whether lines of JSON are logged. */
    static boolean isUsedAsJson() {
        return LOGBACK.equals(System.getProperty(PROVIDER));
    }

    /** Whether lines of JSON are wanted, and the library for them is not there. */
    public static boolean lacksLibrary(String... args) {
        return Format.json.name().equals(value(FORMAT, args)) && !hasLibrary();
    }

    /** Whether the launcher's folder is on the class path, which has the library for lines of JSON. */
    private static boolean hasLibrary() {
        ClassLoader loader = Logging.class.getClassLoader();
        return loader.getResource(LOGBACK.replace('.', '/') + ".class") != null
                && loader.getResource(ENCODER.replace('.', '/') + ".class") != null;
    }

    /** Logs what is written to it, line by line. */
    public static PrintWriter lines() {
        return new PrintWriter(new LoggedLines(), true);
    }

    /** What the command line says of it, which must be known before the first line is logged; null: nothing usable. */
    public static @Nullable String level(String... args) {
        String value = value(LEVEL, args);
        return Arrays.stream(Level.values()).anyMatch(level -> level.name().equals(value)) ? value : null;
    }

    private static @Nullable String value(String option, String... args) {
        String value = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith(option + "=")) {
                value = args[i].substring(option.length() + 1);
            } else if (args[i].equals(option) && i + 1 < args.length) {
                value = args[i + 1];
            }
        }
        return value;
    }

    /** What Kafka's clients say; for who asks the brokers, and says what they answered. */
    public static void withoutKafka() {
        set("log.org.apache.kafka", "off");
    }

    /** What to know of the log before it is shown to others; or null. */
    public static @Nullable String warning() {
        String level = System.getProperty(PREFIX + "defaultLogLevel", System.getProperty("saddlebag.log.others", ""));
        return level.equalsIgnoreCase("debug") || level.equalsIgnoreCase("trace")
                ? "at the log level " + level.toLowerCase(Locale.ROOT)
                        + " libraries may print items and what a host's own routes hold; headers and properties of ours"
                        + " are left out."
                : null;
    }

    private static void set(String key, String value) {
        set(key, value, PREFIX);
    }

    private static void set(String key, String value, String prefix) {
        if (System.getProperty(prefix + key) == null) {
            System.setProperty(prefix + key, value);
        }
    }
}
