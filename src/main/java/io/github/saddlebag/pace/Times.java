package io.github.saddlebag.pace;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads when something may be done again, in the forms that endpoints use: seconds, a text such as {@code 6m0s} or {@code PT6M}, a point
 * in time as a number since 1970 (seconds from 10^9 on, milliseconds from 10^11 on, finer units a thousandfold later), as
 * a date of HTTP (RFC 9110 5.6.7), of RFC 3339 and ISO 8601, or of JavaScript: in capital or small letters, also without
 * seconds or a zone, which is UTC then. The day of the week may be missing, and says nothing.
 */
public final class Times {

    private static final Pattern QUOTES = Pattern.compile("^\"|\"$");
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern UNITS = Pattern.compile(
            "(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|illis(?:econds?)?|(?<=h)ours?|(?<=d)ays?)?\\s*",
            Pattern.CASE_INSENSITIVE);
    private static final String WEEKDAY =
            "\\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:(?<=Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?";
    /** A comma between values, and not the one after the day of a date's week. */
    private static final Pattern COMMA = Pattern.compile("(?<!" + WEEKDAY + "),", Pattern.CASE_INSENSITIVE);
    /** What a date says in addition, and not always rightly. */
    private static final Pattern SAID_TWICE =
            Pattern.compile("^" + WEEKDAY + "\\b[.,]? ?| ?\\(.*\\)$", Pattern.CASE_INSENSITIVE);
    /** UTC, which is what a date without a zone means as well. */
    private static final Pattern UTC = Pattern.compile("(?<![A-Z])(?:GMT|UTC|UT|Z)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern LEAP_SECOND = Pattern.compile("(?<=:\\d\\d:)60");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private static final String TIME = "H:mm[:ss]";
    private static final String ZONE = "[ ][xxx][xx][x][zzz]";
    private static final DateTimeFormatter IMF = form("d[ ][-][MMMM][MMM][.][ ][-]yyyy " + TIME + ZONE);
    private static final DateTimeFormatter ASCTIME =
            form("[MMMM][MMM][.] d [yyyy ]" + TIME + ZONE + "[ ][yyyy]" + ZONE);
    private static final DateTimeFormatter ISO = form("yyyy-M-d['T'][ ]" + TIME
            + "[.SSSSSSSSS][.SSSSSSSS][.SSSSSSS][.SSSSSS][.SSSSS][.SSSS][.SSS][.SS][.S]" + ZONE);
    private static final double EPOCH_SECONDS = 1e9;
    private static final double EPOCH_MILLIS = 1e11;
    private static final double FINEST_EPOCH = 1e20;
    private static final Duration FAR = Duration.ofDays(365);

    private Times() {}

    private static DateTimeFormatter form(String pattern) {
        return form(new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern));
    }

    private static DateTimeFormatter form(DateTimeFormatterBuilder builder) {
        return builder.toFormatter(Locale.US).withZone(ZoneOffset.UTC);
    }

    /** How long it is from now; what has passed is zero. Empty: it cannot be read. */
    static Optional<Duration> until(String value, Supplier<Instant> now) {
        String text = QUOTES.matcher(value.trim()).replaceAll("");
        if (NUMBER.matcher(text).matches()) {
            double number = Double.parseDouble(text);
            return Optional.of(number < EPOCH_SECONDS ? bounded(number * 1000) : untilEpoch(number, now.get()));
        }
        Optional<Duration> length = inUnits(text);
        return length.isPresent() ? length : date(text, now).map(date -> between(now.get(), date));
    }

    /** A length of time only: seconds, or a text such as {@code 1m30s}. */
    static Optional<Duration> length(String value) {
        String text = value.trim();
        return NUMBER.matcher(text).matches() ? Optional.of(bounded(Double.parseDouble(text) * 1000)) : inUnits(text);
    }

    /** A length of time in milliseconds. */
    static Optional<Duration> millis(String value) {
        String text = value.trim();
        return NUMBER.matcher(text).matches() ? Optional.of(bounded(Double.parseDouble(text))) : Optional.empty();
    }

    /** The values of a field, which may hold several, or have come several times. */
    static List<String> list(String field) {
        List<String> values = new ArrayList<>(1);
        for (String value : field.indexOf(',') < 0 ? new String[] {field} : COMMA.split(field)) {
            if (!value.isBlank()) {
                values.add(value.trim());
            }
        }
        return values;
    }

    /** A point in time that is written out. Empty: it is none. */
    public static Optional<Instant> date(String text, Supplier<Instant> now) {
        String plain = SPACES.matcher(text).replaceAll(" ");
        plain = UTC.matcher(SAID_TWICE.matcher(plain).replaceAll("")).replaceAll("");
        String date = LEAP_SECOND.matcher(plain).replaceAll("59").trim();
        return parse(date, IMF)
                .or(() -> parse(date, ISO))
                .or(() -> parse(date, ASCTIME))
                .or(() -> parse(date, yearOfTwoDigits(now.get())));
    }

    /** It is never more than 50 years ahead (RFC 9110 5.6.7). */
    private static DateTimeFormatter yearOfTwoDigits(Instant now) {
        LocalDate earliest = now.atZone(ZoneOffset.UTC).toLocalDate().minusYears(49);
        return form(new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("d[ ][-]MMM[ ][-]")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" " + TIME + ZONE));
    }

    private static Optional<Instant> parse(String text, DateTimeFormatter form) {
        try {
            return Optional.of(ZonedDateTime.parse(text, form).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> ofIso(String text) {
        try {
            return Optional.of(bounded(Duration.parse(text).toSeconds() * 1000.0));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> inUnits(String text) {
        if (text.regionMatches(true, 0, "P", 0, 1)) {
            return ofIso(text);
        }
        Matcher part = UNITS.matcher(text);
        double millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis += Double.parseDouble(part.group(1))
                    * switch (part.group(2).toLowerCase(Locale.ROOT)) {
                        case "ms" -> 1;
                        case "s" -> 1000;
                        case "m" -> 60_000;
                        case "h" -> 3_600_000;
                        default -> 86_400_000;
                    };
            end = part.end();
        }
        return end == 0 || end < text.length() ? Optional.empty() : Optional.of(bounded(millis));
    }

    private static Duration untilEpoch(double number, Instant now) {
        if (number >= FINEST_EPOCH) {
            return FAR;
        }
        double millis = number < EPOCH_MILLIS ? number * 1000 : number;
        while (millis >= EPOCH_MILLIS * 1000) {
            millis /= 1000;
        }
        return bounded(millis - now.toEpochMilli());
    }

    private static Duration between(Instant now, Instant date) {
        return bounded(Math.min((double) date.getEpochSecond() - now.getEpochSecond(), FAR.toSeconds()) * 1000
                + (date.getNano() - now.getNano()) / 1e6);
    }

    static Duration bounded(double millis) {
        return Duration.ofMillis(Math.round(Math.max(0, Math.min(millis, FAR.toMillis()))));
    }
}
