package io.github.saddlebag.pace;

import io.github.saddlebag.setting.Setting;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most requests per period, and how they are spent evenly. */
public final class Rate {

    private static final Pattern SYNTAX = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:/(\\d+)(ms|s|m|h))?");
    private static final double SPARE = 1.01;
    private static final BigDecimal MOST_REMEMBERED = BigDecimal.valueOf(100_000);
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE / 4);

    private final double perMilli;
    private final Sends sends;

    /** @param text requests per second such as {@code 50} or {@code 0.5}, or per a period such as {@code 100/1m}; 0: no limit */
    public Rate(String text) {
        this("call.rate", text);
    }

    /** The same, for the calls of one lane: of a correlation key, or of a host. */
    public static Rate perLane(String text) {
        return new Rate("call.rate-per-lane", text);
    }

    private Rate(String noun, String text) {
        Matcher matcher = SYNTAX.matcher(text.trim());
        if (!matcher.matches()) {
            throw Setting.bad(
                    noun,
                    text,
                    "give requests per second, for example 50, or per period, for example 100/1m;"
                            + " 0 means no limit.");
        }
        double requests = Double.parseDouble(matcher.group(1));
        long millis = matcher.group(2) == null ? 1000 : period(Long.parseLong(matcher.group(2)), matcher.group(3));
        if (millis <= 0) {
            throw Setting.bad(noun, text, "its period must be at least 1ms.");
        }
        perMilli = requests / millis;
        sends = perMilli > 0 ? sends(new BigDecimal(matcher.group(1)), millis) : new Sends(0, 1, System::nanoTime);
    }

    /** As many whole requests in as short a period as the limit says, where it is not absurdly many. */
    private static Sends sends(BigDecimal requests, long millis) {
        BigDecimal most = requests;
        BigDecimal period = BigDecimal.valueOf(millis);
        if (requests.scale() > 0) {
            BigDecimal whole = BigDecimal.TEN.pow(requests.scale());
            BigInteger common = requests.unscaledValue().gcd(whole.toBigInteger());
            most = new BigDecimal(requests.unscaledValue().divide(common));
            period = period.multiply(new BigDecimal(whole.toBigInteger().divide(common)));
        }
        while (most.compareTo(MOST_REMEMBERED) > 0) {
            most = most.divide(BigDecimal.TEN, RoundingMode.DOWN);
            period = period.divide(BigDecimal.TEN, RoundingMode.UP);
        }
        long nanos = period.movePointRight(6).min(LONGEST).longValue();
        return new Sends(most.intValue(), nanos, System::nanoTime);
    }

    /** The requests that were sent under it. */
    public Sends sends() {
        return sends;
    }

    /** From one request to the next, spent evenly; zero: there is no limit. */
    public Duration spacing() {
        return perMilli > 0 ? Duration.ofNanos((long) Math.min(1e6 / perMilli, Long.MAX_VALUE / 4)) : Duration.ZERO;
    }

    private static long period(long count, String unit) {
        return switch (unit) {
            case "ms" -> count;
            case "s" -> Duration.ofSeconds(count).toMillis();
            case "m" -> Duration.ofMinutes(count).toMillis();
            default -> Duration.ofHours(count).toMillis();
        };
    }

    /** Nanoseconds from one request to the next, a little more than the limit asks for; 0: there is no limit. */
    public long nanosPerRequest() {
        return perMilli > 0 ? (long) Math.ceil(SPARE * 1e6 / perMilli) : 0;
    }
}
