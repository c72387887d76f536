package io.github.saddlebag.runtime;

import io.github.saddlebag.config.Known;
import io.github.saddlebag.setting.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Finds properties that are each valid, and contradict one another. */
public final class Lint {

    private final UnaryOperator<String> values;
    private final Predicate<String> differs;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param values a property's value by its name without {@code saddlebag.}; empty where it has none
     * @param differs whether it has another value than it was shipped with
     */
    public Lint(UnaryOperator<String> values, Predicate<String> differs) {
        this.values = values;
        this.differs = differs;
    }

    /** The properties that other modes than this read alone. */
    static List<String> ofOtherModes(String mode) {
        return Known.byName().values().stream()
                .filter(property -> isOfAnotherMode(property, mode))
                .map(Known::name)
                .toList();
    }

    /** Whether the mode makes requests of its own, whatever the format: of all formats it knows text alone. */
    static boolean isWithoutFormat(String mode, String format) {
        return mode.equals("single") && !format.trim().equals("text");
    }

    private static boolean isOfAnotherMode(Known property, String mode) {
        return !property.modes().isEmpty() && !property.modes().contains(mode);
    }

    /** @param traffic how many items come per second; 0: not known */
    public void run(double traffic) {
        checkTimes();
        checkSizes(traffic);
        checkAnswers();
        checkStatuses();
        checkAddress();
        checkEffects();
    }

    /** What is set, and read by nobody. */
    private void checkEffects() {
        String mode = values.apply("call.mode");
        String format = values.apply("call.format");
        if (isWithoutFormat(mode, format) && differs.test("call.format")) {
            warnings.add(
                    named("call.format") + " has no effect with the mode single: each item is a request of its own.");
        }
        for (Known property : Known.byName().values()) {
            if (property.isMap() || !differs.test(property.name())) {
                continue;
            }
            String without = named(property.name()) + " has no effect";
            if (isOfAnotherMode(property, mode)) {
                warnings.add(without + " with the mode " + mode + ": it is for the mode "
                        + String.join(" or ", property.modes()) + ".");
            }
            if (!property.formats().isEmpty() && !property.formats().contains(format)) {
                warnings.add(without + " with the format " + format + ", but with "
                        + String.join(" or ", property.formats()) + ".");
            }
            if (property.unlessFixed() && Known.FIXED_FORMATS.contains(format)) {
                warnings.add(without + ": with the format " + format + " it is known where everything stands.");
            } else if (!property.needs().isEmpty()
                    && !Known.FIXED_FORMATS.contains(format)
                    && values.apply(property.needs()).isEmpty()) {
                warnings.add(without + " without saddlebag." + property.needs() + ".");
            }
        }
    }

    private void checkTimes() {
        shorter("call.connect-timeout", "call.response-timeout", "a connection may take longer than a whole response");
        shorter(
                "call.response-timeout",
                "call.deadline",
                "the deadline ends a request before its first response is late");
        shorter("call.back-off", "call.max-back-off", "the first wait is longer than the longest");
        shorter("batch.max-wait", "call.deadline", "items wait longer for company than their request may take");
        shorter(
                "call.max-pause",
                "call.deadline",
                "a pause of the endpoint can outlast the deadline of what waits for it");
        String caller = "source.http.reply-timeout";
        shorter("call.response-timeout", caller, "callers are gone before a slow response comes");
        shorter("batch.max-wait", caller, "callers are gone before their batch leaves");
    }

    /** The first must not be longer than the second. */
    private void shorter(String one, String other, String why) {
        Duration a = duration(one);
        Duration b = duration(other);
        if (a.compareTo(b) > 0 && !b.isZero()) {
            warnings.add(named(one) + " is longer than " + named(other) + ": " + why + ".");
        }
    }

    private Duration duration(String noun) {
        String value = values.apply(noun);
        return value.isBlank() ? Duration.ZERO : Setting.duration(noun, value);
    }

    private String named(String noun) {
        return "saddlebag." + noun + " (" + values.apply(noun) + ")";
    }

    private void checkSizes(double traffic) {
        long items = number("batch.max-items");
        long window = number("call.concurrency") * items;
        if (number("batch.max-in-flight") < window) {
            warnings.add(named("batch.max-in-flight") + " is less than concurrency times max-items (" + window
                    + "): batches leave half full, or calls have nothing to do.");
        }
        if (number("breaker.minimum-number-of-calls") > number("breaker.sliding-window-size")) {
            warnings.add(named("breaker.minimum-number-of-calls") + " is more than "
                    + named("breaker.sliding-window-size") + ": the breaker looks at no more calls than that.");
        }
        if (traffic > 0) {
            checkTraffic(traffic, items);
        }
    }

    private void checkTraffic(double traffic, long items) {
        double gathered = traffic * duration("batch.max-wait").toMillis() / 1000.0;
        if (gathered < items / 2.0) {
            warnings.add("At " + plain(traffic) + " items per second, " + named("batch.max-wait") + " gathers about "
                    + plain(Math.max(1, gathered)) + " of at most " + items + " items: the wait is spent, and batches"
                    + " stay small. Wait longer, or not at all.");
        }
        double needed = traffic / Math.max(1, Math.min(items, Math.max(1, gathered)));
        double timeout = duration("call.response-timeout").toMillis() / 1000.0;
        if (number("call.concurrency") > Math.max(2, needed * timeout * 2)) {
            warnings.add(named("call.concurrency") + " is more than " + plain(traffic)
                    + " items per second can fill, even if each response took " + values.apply("call.response-timeout")
                    + ".");
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : String.format(Locale.ROOT, "%.1f", number);
    }

    private long number(String noun) {
        String value = values.apply(noun);
        return value.matches("\\d+") ? Long.parseLong(value) : 0;
    }

    private void checkAnswers() {
        boolean failures = values.apply("answer.match").trim().equalsIgnoreCase("failures");
        if (!Known.FIXED_FORMATS.contains(values.apply("call.format"))
                && failures
                && values.apply("answer.failures").isEmpty()) {
            errors.add(
                    "saddlebag.answer.match is failures, but saddlebag.answer.failures is empty: every item would count"
                            + " as done, whatever the endpoint says of it.");
        }
    }

    private void checkStatuses() {
        List<String> lists = List.of("call.partial-statuses", "call.retry-statuses", "call.split-statuses");
        for (int i = 0; i < lists.size(); i++) {
            for (int j = i + 1; j < lists.size(); j++) {
                Set<Integer> both = new TreeSet<>(Setting.statuses(lists.get(i), values.apply(lists.get(i))));
                both.retainAll(Setting.statuses(lists.get(j), values.apply(lists.get(j))));
                if (!both.isEmpty()) {
                    warnings.add("saddlebag." + lists.get(i) + " and saddlebag." + lists.get(j) + " both have " + both
                            + ": the first of them counts.");
                }
            }
        }
    }

    private void checkAddress() {
        String url = values.apply("call.url");
        boolean secret = url.indexOf('?') >= 0 && !Masked.url(url).equals(url);
        if (secret && url.startsWith("http:") && !url.matches("http://(localhost|127\\.|\\[::1]).*")) {
            warnings.add("saddlebag.call.url has what looks like a key, and goes out unencrypted: use https.");
        }
    }

    /** What cannot be meant. */
    public List<String> errors() {
        return errors;
    }

    /** What is probably not meant. */
    public List<String> warnings() {
        return warnings;
    }
}
