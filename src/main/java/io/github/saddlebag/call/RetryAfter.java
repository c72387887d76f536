package io.github.saddlebag.call;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code Retry-After} field: seconds, or an HTTP date (RFC 9110 10.2.3, 5.6.7). */
final class RetryAfter {

    private static final DateTimeFormatter IMF =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.US);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy zzz", Locale.US);
    private static final Duration FAR = Duration.ofDays(365);

    private RetryAfter() {}

    /** How long to wait; a date that has passed means not at all. Empty: the field is missing or cannot be read. */
    static Optional<Duration> parse(@Nullable String value, Instant now) {
        if (value == null) {
            return Optional.empty();
        }
        String text = value.trim();
        if (text.matches("\\d+(\\.\\d+)?")) {
            double seconds = Math.min(Double.parseDouble(text), FAR.toSeconds());
            return Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
        }
        return date(text, now).map(date -> {
            Duration wait = Duration.between(now, date);
            return wait.isNegative() ? Duration.ZERO : wait;
        });
    }

    private static Optional<Instant> date(String text, Instant now) {
        return parse(text, IMF)
                .or(() -> parse(text, rfc850(now)))
                .or(() -> parse(text.replaceAll("\\s+", " ") + " GMT", ASCTIME));
    }

    /** A year of two digits is never more than 50 years ahead (RFC 9110 5.6.7). */
    private static DateTimeFormatter rfc850(Instant now) {
        LocalDate earliest = now.atZone(ZoneOffset.UTC).toLocalDate().minusYears(49);
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss zzz")
                .toFormatter(Locale.US);
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter form) {
        try {
            return Optional.of(ZonedDateTime.parse(text, form).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
