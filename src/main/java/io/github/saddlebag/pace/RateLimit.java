package io.github.saddlebag.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint says of its rate limit with an answer. Read are, in this order, the structured fields of
 * draft-ietf-httpapi-ratelimit-headers-08 and later ({@code RateLimit: "default";r=50;t=30}), those of its draft 7
 * ({@code RateLimit: limit=100, remaining=50, reset=30}), of its drafts up to 6 ({@code RateLimit-Remaining}), and
 * {@code X-RateLimit-*} or {@code X-Rate-Limit-*} in their dialects. Of several limits the tightest counts. What cannot be
 * read is ignored, as are limits of something else than requests and {@link TokenLimit tokens}.
 *
 * @param limit requests in a window, or -1
 * @param remaining requests that are left of it
 * @param reset until the window begins anew; {@link #UNSAID}: that is not said
 */
public record RateLimit(long limit, long remaining, Duration reset) {

    public static final Duration UNSAID = Duration.ofSeconds(-1);

    private static final Pattern DRAFT_8 = Pattern.compile("(?:^|,)\\s*(\"[^\"]*\"|[A-Za-z*][^;,]*)((?:\\s*;[^,]*)+)");
    private static final Pattern PARAMETER = Pattern.compile(";\\s*([a-z][a-z0-9_-]*)\\s*=\\s*(\\d+)");
    private static final Pattern PAIR =
            Pattern.compile("\"?\\b([a-z][a-z_-]*)\"?\\s*[=:]\\s*(?:\"([^\"]*)\"|([^\",;}\\s]+))");
    private static final Pattern USED_OF_LIMIT = Pattern.compile("\\s*(\\d+)\\s*/\\s*(\\d+)\\s*");
    private static final Pattern LEADING = Pattern.compile("\\s*(\\d+)");
    private static final List<String> COMBINED = List.of("RateLimit", "X-RateLimit", "X-Shopify-Shop-Api-Call-Limit");
    private static final List<Family> FAMILIES = List.of(
            Family.of("RateLimit-", ""),
            Family.of("X-RateLimit-", ""),
            Family.of("X-Rate-Limit-", ""),
            Family.of("X-RateLimit-", "-Requests"),
            Family.of("anthropic-ratelimit-requests-", ""),
            Family.of("X-HubSpot-RateLimit-", ""),
            Family.of("X-Contentful-RateLimit-", ""));
    private static final String[] MAY_BEGIN = {
        "Retry-",
        "Rate",
        "X-Rate",
        "X-Retry-",
        "X-ms-retry",
        "X-Shopify-Shop-Api",
        "anthropic-rate",
        "X-HubSpot-Rate",
        "X-Contentful-Rate"
    };

    /** The names of fields that belong together. */
    record Family(
            String limit,
            String remaining,
            String resetAfter,
            String reset,
            String next,
            String interval,
            String intervalMillis) {
        static Family of(String prefix, String suffix) {
            return new Family(
                    prefix + "Limit" + suffix,
                    prefix + "Remaining" + suffix,
                    prefix + "Reset-After" + suffix,
                    prefix + "Reset" + suffix,
                    prefix + "Next" + suffix,
                    prefix + "Interval-Seconds" + suffix,
                    prefix + "Interval-Milliseconds" + suffix);
        }
    }

    /** Whether a field of that name may be one of those that are read here or by {@link RetryAfter}. */
    public static boolean mayBe(String name) {
        for (String begin : MAY_BEGIN) {
            if (name.regionMatches(true, 0, begin, 0, begin.length())) {
                return true;
            }
        }
        return false;
    }

    /**
     * @param header finds a field by its name, whatever its case; null where it is missing
     * @param now what time it is for the endpoint
     */
    public static Optional<RateLimit> parse(Function<String, @Nullable String> header, Supplier<Instant> now) {
        return TokenLimit.tighter(parse(header, now, null), false, header, now);
    }

    /**
     * The same for a refusal, after which nothing is left, whether that is said or not.
     *
     * @param header finds a field by its name, whatever its case; null where it is missing
     * @param now what time it is for the endpoint
     */
    public static Optional<RateLimit> ofRefusal(Function<String, @Nullable String> header, Supplier<Instant> now) {
        return TokenLimit.tighter(parse(header, now, "0"), true, header, now);
    }

    private static Optional<RateLimit> parse(
            Function<String, @Nullable String> header, Supplier<Instant> now, @Nullable String unsaid) {
        for (String name : COMBINED) {
            String field = header.apply(name);
            Optional<RateLimit> read = field == null ? Optional.empty() : combined(field, header, now);
            if (read.isPresent()) {
                return read;
            }
        }
        for (Family family : FAMILIES) {
            String said = header.apply(family.remaining);
            String remaining = said == null || said.startsWith("-") ? unsaid : said;
            Optional<RateLimit> read = remaining == null ? Optional.empty() : separate(family, remaining, header, now);
            if (read.isPresent()) {
                return read;
            }
        }
        return Optional.empty();
    }

    private static Optional<RateLimit> combined(
            String text, Function<String, @Nullable String> header, Supplier<Instant> now) {
        Matcher used =
                USED_OF_LIMIT.matcher(Times.list(text).stream().findFirst().orElse(""));
        if (used.matches()) {
            long limit = number(used.group(2));
            return Optional.of(new RateLimit(limit, Math.max(0, limit - number(used.group(1))), UNSAID));
        }
        return text.contains(";") ? draft8(text, header.apply("RateLimit-Policy")) : pairs(text, now);
    }

    private static Optional<RateLimit> draft8(String text, @Nullable String policy) {
        Optional<RateLimit> tightest = Optional.empty();
        Matcher item = DRAFT_8.matcher(text);
        while (item.find()) {
            long remaining = parameter(item.group(2), "r");
            if (remaining < 0) {
                continue;
            }
            String terms = terms(policy, item.group(1));
            long seconds = parameter(item.group(2), "t");
            Duration reset = Times.bounded(1000.0 * (seconds < 0 ? parameter(terms, "w") : seconds));
            RateLimit limit = new RateLimit(parameter(terms, "q"), remaining, reset);
            if (tightest.isEmpty() || limit.isTighterThan(tightest.get())) {
                tightest = Optional.of(limit);
            }
        }
        return tightest;
    }

    /** The parameters of the policy of that name; where there is none, those of the first. */
    private static String terms(@Nullable String policy, String name) {
        String terms = "";
        Matcher item = DRAFT_8.matcher(policy == null ? "" : policy);
        while (item.find()) {
            if (item.group(1).equals(name)) {
                return item.group(2);
            }
            terms = terms.isEmpty() ? item.group(2) : terms;
        }
        return terms;
    }

    private boolean isTighterThan(RateLimit other) {
        return remaining < other.remaining || remaining == other.remaining && reset.compareTo(other.reset) > 0;
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

    /** Draft 7, and the same as a JSON object. */
    private static Optional<RateLimit> pairs(String text, Supplier<Instant> now) {
        long limit = -1;
        long remaining = -1;
        Optional<Duration> reset = Optional.empty();
        Optional<Duration> period = Optional.empty();
        Matcher pair = PAIR.matcher(text.toLowerCase(Locale.ROOT));
        while (pair.find()) {
            int group = pair.group(2) == null ? 3 : 2;
            String value = text.substring(pair.start(group), pair.end(group));
            switch (pair.group(1)) {
                case "limit" -> limit = leadingNumber(value);
                case "remaining" -> remaining = leadingNumber(value);
                case "reset", "until" -> reset = Times.until(value, now);
                case "period", "window" -> period = Times.length(value);
                default -> {}
            }
        }
        Duration until = reset.isPresent() ? reset.get() : period.orElse(Duration.ZERO);
        return remaining < 0 ? Optional.empty() : Optional.of(new RateLimit(limit, remaining, until));
    }

    static Optional<RateLimit> separate(
            Family family, String remaining, Function<String, @Nullable String> header, Supplier<Instant> now) {
        List<Long> left = numbers(remaining);
        List<Long> limits = numbers(header.apply(family.limit));
        List<Duration> resets = resets(family, header, now);
        if (resets.isEmpty()) {
            return Optional.empty();
        }
        Optional<RateLimit> tightest = Optional.empty();
        for (int i = 0; i < left.size(); i++) {
            long limit = limits.isEmpty() ? -1 : limits.get(limits.size() == left.size() ? i : 0);
            // where it cannot be told which belongs to which, the one that comes first
            Duration reset = resets.size() == left.size()
                    ? resets.get(i)
                    : resets.stream().min(Duration::compareTo).orElseThrow();
            RateLimit each = new RateLimit(limit, left.get(i), reset);
            if (tightest.isEmpty() || each.isTighterThan(tightest.get())) {
                tightest = Optional.of(each);
            }
        }
        return tightest;
    }

    private static List<Duration> resets(
            Family family, Function<String, @Nullable String> header, Supplier<Instant> now) {
        return Stream.<Supplier<List<Duration>>>of(
                        () -> each(header.apply(family.resetAfter), Times::length),
                        () -> each(header.apply(family.reset), value -> Times.until(value, now)),
                        () -> each(header.apply(family.next), value -> Times.until(value, now)),
                        // a bucket that is filled at intervals
                        () -> each(header.apply(family.interval), Times::length),
                        () -> each(header.apply(family.intervalMillis), Times::millis))
                .map(Supplier::get)
                .filter(resets -> !resets.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static List<Duration> each(@Nullable String field, Function<String, Optional<Duration>> read) {
        return field == null
                ? List.of()
                : Times.list(field).stream()
                        .flatMap(value -> read.apply(value).stream())
                        .toList();
    }

    /** The numbers of a list, each at the beginning of its value. */
    private static List<Long> numbers(@Nullable String field) {
        List<Long> numbers = new ArrayList<>(1);
        for (String value : field == null ? List.<String>of() : Times.list(field)) {
            long number = leadingNumber(value);
            if (number >= 0) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static long leadingNumber(String text) {
        Matcher digits = LEADING.matcher(text);
        return digits.lookingAt() ? number(digits.group(1)) : -1;
    }

    private static long number(String digits) {
        return digits.length() > 15 ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}
