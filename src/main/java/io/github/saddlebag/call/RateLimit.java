package io.github.saddlebag.call;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of its rate limit with an answer. Read are, in this order, the structured fields of
 * draft-ietf-httpapi-ratelimit-headers-08 and later ({@code RateLimit: "default";r=50;t=30}), those of its draft 7
 * ({@code RateLimit: limit=100, remaining=50, reset=30}), of its drafts up to 6 ({@code RateLimit-Remaining}), and
 * {@code X-RateLimit-*} in its dialects. What cannot be read is ignored.
 *
 * @param limit requests in a window, or -1
 * @param remaining requests that are left of it
 * @param reset until the window begins anew
 */
record RateLimit(long limit, long remaining, Duration reset) {

    private static final Pattern DRAFT_8 =
            Pattern.compile("(?:^|,)\\s*(?:\"[^\"]*\"|[A-Za-z*][^;,]*)((?:\\s*;[^,]*)+)");
    private static final Pattern PARAMETER = Pattern.compile(";\\s*([a-z][a-z0-9_-]*)\\s*=\\s*(\\d+)");
    private static final Pattern DRAFT_7 = Pattern.compile("(limit|remaining|reset)\\s*=\\s*(\\d+)");
    private static final Pattern UNITS = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)");
    private static final long EPOCH_SECONDS = 1_000_000_000L;
    private static final Duration FAR = Duration.ofDays(365);

    /** @param header finds a field by its name, whatever its case; null where it is missing */
    static Optional<RateLimit> parse(Function<String, @Nullable String> header, Instant now) {
        String combined = header.apply("RateLimit");
        if (combined != null) {
            return combined.contains(";") ? draft8(combined, header.apply("RateLimit-Policy")) : draft7(combined);
        }
        Optional<RateLimit> draft6 = separate(
                header.apply("RateLimit-Limit"),
                header.apply("RateLimit-Remaining"),
                header.apply("RateLimit-Reset"),
                now);
        if (draft6.isPresent()) {
            return draft6;
        }
        Optional<RateLimit> common = separate(
                header.apply("X-RateLimit-Limit"),
                header.apply("X-RateLimit-Remaining"),
                header.apply("X-RateLimit-Reset"),
                now);
        return common.isPresent()
                ? common
                : separate(
                        header.apply("X-RateLimit-Limit-Requests"),
                        header.apply("X-RateLimit-Remaining-Requests"),
                        header.apply("X-RateLimit-Reset-Requests"),
                        now);
    }

    /** Of several policies the tightest counts: the one with the fewest requests left. */
    private static Optional<RateLimit> draft8(String text, @Nullable String policy) {
        Optional<RateLimit> tightest = Optional.empty();
        Matcher item = DRAFT_8.matcher(text);
        while (item.find()) {
            long remaining = parameter(item.group(1), "r");
            long seconds = parameter(item.group(1), "t");
            if (remaining >= 0 && (tightest.isEmpty() || remaining < tightest.get().remaining)) {
                long limit = policy == null ? -1 : parameter(policy, "q");
                tightest = Optional.of(new RateLimit(limit, remaining, Duration.ofSeconds(Math.max(0, seconds))));
            }
        }
        return tightest;
    }

    private static long parameter(String text, String name) {
        Matcher parameter = PARAMETER.matcher(text);
        while (parameter.find()) {
            if (parameter.group(1).equals(name)) {
                return number(parameter.group(2));
            }
        }
        return -1;
    }

    private static Optional<RateLimit> draft7(String text) {
        long limit = -1;
        long remaining = -1;
        long reset = 0;
        Matcher pair = DRAFT_7.matcher(text);
        while (pair.find()) {
            long value = number(pair.group(2));
            switch (pair.group(1)) {
                case "limit" -> limit = value;
                case "remaining" -> remaining = value;
                default -> reset = value;
            }
        }
        return remaining < 0
                ? Optional.empty()
                : Optional.of(new RateLimit(limit, remaining, Duration.ofSeconds(Math.max(0, reset))));
    }

    private static Optional<RateLimit> separate(
            @Nullable String limit, @Nullable String remaining, @Nullable String reset, Instant now) {
        long left = leadingNumber(remaining);
        if (left < 0 || reset == null) {
            return Optional.empty();
        }
        return reset(reset.trim(), now).map(until -> new RateLimit(leadingNumber(limit), left, until));
    }

    /** Seconds from now, a point in time (seconds or milliseconds since 1970), or a text such as 6m0s. */
    private static Optional<Duration> reset(String text, Instant now) {
        if (text.matches("\\d+(\\.\\d+)?")) {
            double value = Double.parseDouble(text);
            if (value > EPOCH_SECONDS * 1000) {
                return Optional.of(untilEpochMilli(value, now));
            }
            if (value > EPOCH_SECONDS) {
                return Optional.of(untilEpochMilli(value * 1000, now));
            }
            return Optional.of(Duration.ofMillis(Math.round(value * 1000)));
        }
        Matcher part = UNITS.matcher(text);
        double millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis += Double.parseDouble(part.group(1))
                    * switch (part.group(2)) {
                        case "ms" -> 1;
                        case "s" -> 1000;
                        case "m" -> 60_000;
                        case "h" -> 3_600_000;
                        default -> 86_400_000;
                    };
            end = part.end();
        }
        return end == 0 || end < text.length()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.round(Math.min(millis, FAR.toMillis()))));
    }

    private static Duration untilEpochMilli(double epochMilli, Instant now) {
        double wait = Math.min(epochMilli - now.toEpochMilli(), FAR.toMillis());
        return Duration.ofMillis(Math.round(Math.max(0, wait)));
    }

    private static long leadingNumber(@Nullable String text) {
        if (text == null) {
            return -1;
        }
        Matcher digits = Pattern.compile("^\\s*(\\d+)").matcher(text);
        return digits.find() ? number(digits.group(1)) : -1;
    }

    private static long number(String digits) {
        return digits.length() > 15 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
