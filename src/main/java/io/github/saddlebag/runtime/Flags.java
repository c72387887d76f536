package io.github.saddlebag.runtime;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** By which flag a property was given, so that a message names what was written. */
public final class Flags {

    private static final Pattern SUBJECT =
            Pattern.compile("^(saddlebag\\.)(?:pipeline\\.[a-z0-9-]+\\.)?([a-z.-]+[a-z]) is ");

    private static final Map<String, String> OF_PROPERTY = Map.ofEntries(
            Map.entry("saddlebag.call.url", "--url"),
            Map.entry("saddlebag.call.mode", "--mode"),
            Map.entry("saddlebag.call.concurrency", "--concurrency"),
            Map.entry("saddlebag.batch.max-items", "--batch-size"),
            Map.entry("saddlebag.batch.max-wait", "--linger-ms"),
            Map.entry("saddlebag.call.rate", "--rate"),
            Map.entry("saddlebag.item.id", "--id"),
            Map.entry("saddlebag.answer.id", "--answer-id"),
            Map.entry("saddlebag.answer.result", "--answer-result"),
            Map.entry("saddlebag.single.method", "--method"),
            Map.entry("saddlebag.single.items", "--items"),
            Map.entry("saddlebag.call.allow-hosts", "--allow-hosts"),
            Map.entry("saddlebag.single.max-redirects", "--max-redirects"),
            Map.entry("saddlebag.source.format", "--format"),
            Map.entry("saddlebag.source.pointer", "--input-pointer"),
            Map.entry("saddlebag.source.encoding", "--encoding"),
            Map.entry("saddlebag.source.csv-separator", "--csv-separator"),
            Map.entry("saddlebag.source.http.port", "--port"),
            Map.entry("saddlebag.source.http.host", "--host"),
            Map.entry("saddlebag.deliver.format", "--output-format"),
            Map.entry("saddlebag.deliver.columns", "--columns"),
            Map.entry("saddlebag.deliver.only", "--only"),
            Map.entry("saddlebag.deliver.merge", "--merge"));

    private Flags() {}

    /** The property that a flag gives, or null. */
    public static @Nullable String property(String flag) {
        return OF_PROPERTY.entrySet().stream()
                .filter(entry -> entry.getValue().equals(flag))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** The property, and the flag that gives it. */
    static String beside(String property) {
        String flag = OF_PROPERTY.get(property);
        return flag == null ? property : property + " (" + flag + ')';
    }

    /** The message; where it is about a property that was given by its flag, the flag before it. */
    public static String told(UsageException e, CommandSpec spec) {
        Matcher subject = SUBJECT.matcher(e.text());
        String flag = subject.find() ? OF_PROPERTY.get(subject.group(1) + subject.group(2)) : null;
        ParseResult parsed = spec.commandLine().getParseResult();
        return flag == null || parsed == null || !parsed.hasMatchedOption(flag) ? e.text() : flag + ": " + e.text();
    }
}
