package io.github.saddlebag.pace;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Retry-After} field: seconds, or an HTTP date (RFC 9110 10.2.3, 5.6.7); the other forms of {@link Times} as
 * well, and the fields that say it in milliseconds.
 */
public final class RetryAfter {

    private RetryAfter() {}

    /** How long to wait; a date that has passed means not at all. Empty: the field is missing or cannot be read. */
    public static Optional<Duration> parse(@Nullable String value, Instant now) {
        return parse(value, () -> now);
    }

    /**
     * The same for a response. What is said in milliseconds is more exact.
     *
     * @param header finds a field by its name, whatever its case; null where it is missing
     */
    public static Optional<Duration> of(Function<String, @Nullable String> header, Supplier<Instant> now) {
        return millis(header.apply("retry-after-ms"))
                .or(() -> millis(header.apply("x-ms-retry-after-ms")))
                .or(() -> parse(header.apply("Retry-After"), now))
                .or(() -> parse(header.apply("X-Retry-After"), now))
                .or(() -> parse(header.apply("X-RateLimit-Retry-After"), now));
    }

    private static Optional<Duration> millis(@Nullable String value) {
        return value == null
                ? Optional.empty()
                : Times.list(value).stream()
                        .flatMap(each -> Times.millis(each).stream())
                        .max(Comparator.naturalOrder());
    }

    /** Of several values, as where the field came twice, the longest. */
    private static Optional<Duration> parse(@Nullable String value, Supplier<Instant> now) {
        return value == null
                ? Optional.empty()
                : Times.list(value).stream()
                        .flatMap(each -> Times.until(each, now).stream())
                        .max(Comparator.naturalOrder());
    }
}
