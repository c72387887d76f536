package io.github.saddlebag.setting;

import java.io.IOException;
import java.io.UTFDataFormatException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the values of properties. Every failure is an {@link IllegalArgumentException} that names the property, the
 * value and the rule.
 */
public final class Setting {

    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(us|ms|s|m|h)");
    private static final Pattern BYTES = Pattern.compile("(\\d+)\\s*(B|KB|MB|GB)", Pattern.CASE_INSENSITIVE);

    private static final int MAX_PORT = 65_535;
    private static final String FILE = "file:";
    private static final int LONGEST_SECRET = 64 * 1024;

    private Setting() {}

    /**
     * A failure in the one form that all settings use.
     *
     * @param noun the property without {@code saddlebag.}
     */
    public static IllegalArgumentException bad(String noun, String value, String rule) {
        return new IllegalArgumentException("saddlebag." + noun + " is '" + value + "': " + rule);
    }

    /** A duration with its unit: {@code us}, {@code ms}, {@code s}, {@code m} or {@code h}. */
    public static Duration duration(String noun, String value) {
        Matcher matcher = DURATION.matcher(value.trim());
        if (!matcher.matches()) {
            boolean bare = value.trim().matches("\\d+");
            throw bad(
                    noun,
                    value,
                    bare
                            ? "give a unit, for example " + value.trim() + "ms."
                            : "give a number and a unit (ms, s, m, h), for example 500ms.");
        }
        double nanos = Double.parseDouble(matcher.group(1))
                * switch (matcher.group(2)) {
                    case "us" -> 1e3;
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "m" -> 60e9;
                    default -> 3600e9;
                };
        return Duration.ofNanos(Math.round(nanos));
    }

    /** A duration that is longer than nothing. */
    public static Duration positiveDuration(String noun, String value) {
        Duration duration = duration(noun, value);
        if (duration.isZero()) {
            throw bad(noun, value, "it must be longer than nothing.");
        }
        return duration;
    }

    /** A number of bytes with its unit, in steps of 1024: {@code 512KB}. */
    public static long bytes(String noun, String value) {
        Matcher matcher = BYTES.matcher(value.trim());
        if (!matcher.matches()) {
            throw bad(noun, value, "give a number of bytes with a unit (B, KB, MB, GB), for example 5MB.");
        }
        long unit = switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
            case "B" -> 1L;
            case "KB" -> 1L << 10;
            case "MB" -> 1L << 20;
            default -> 1L << 30;
        };
        long count;
        try {
            count = Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(noun, value, "it is too large.");
        }
        if (count < 1) {
            throw bad(noun, value, "it must be at least 1B.");
        }
        return count;
    }

    /** A number of bytes as the length of an array, at most 1 GiB. */
    public static int arrayLength(long bytes) {
        return (int) Math.min(1L << 30, bytes);
    }

    /** A whole number within bounds, both included. */
    public static int integer(String noun, String value, int min, int max) {
        int number;
        try {
            number = Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            throw bad(noun, value, "give a whole number from " + min + " to " + max + ".");
        }
        if (number < min || number > max) {
            throw bad(noun, value, "it must be from " + min + " to " + max + ".");
        }
        return number;
    }

    /** One of two or more words. */
    public static String oneOf(String noun, String value, String... words) {
        List<String> all = List.of(words);
        if (!all.contains(value)) {
            throw bad(noun, value, "give " + either(all) + ".");
        }
        return value;
    }

    /** Two or more words, as one reads a choice: {@code a, b or c}. */
    public static String either(List<String> words) {
        int last = words.size() - 1;
        return String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    /** Words that are separated by commas or spaces. */
    public static List<String> words(String value) {
        return Arrays.stream(value.trim().split("[,\\s]+"))
                .filter(w -> !w.isEmpty())
                .toList();
    }

    /** HTTP statuses, or ranges of them, that are separated by commas. */
    public static Set<Integer> statuses(String noun, String value) {
        Set<Integer> statuses = new TreeSet<>();
        for (String word : words(value)) {
            String[] ends = word.split("-", 2);
            String last = ends[ends.length - 1];
            if (!ends[0].matches("[1-5]\\d\\d") || !last.matches("[1-5]\\d\\d") || ends[0].compareTo(last) > 0) {
                throw bad(
                        noun,
                        value,
                        "give HTTP statuses (100 to 599) or ranges of them, separated by commas, for example"
                                + " 429,502-504.");
            }
            for (int status = Integer.parseInt(ends[0]); status <= Integer.parseInt(last); status++) {
                statuses.add(status);
            }
        }
        return statuses;
    }

    /** A number within bounds, both included. */
    public static double number(String noun, String value, long min, long max) {
        try {
            double number = Double.parseDouble(value.trim());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(noun, value, "give a number from " + min + " to " + max + ".");
    }

    /** {@code true} or {@code false}. */
    public static boolean yesNo(String noun, String value) {
        return switch (value.trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad(noun, value, "give true or false.");
        };
    }

    /**
     * A secret as it stands, or, after {@code file:}, the content of that file without the white space around it. Never
     * shown in a message.
     */
    public static String secret(String noun, String value) {
        String given = value.trim();
        if (!given.startsWith(FILE)) {
            return given;
        }
        Path file = Path.of(given.substring(FILE.length()));
        try {
            if (Files.size(file) > LONGEST_SECRET) {
                throw bad(noun, given, "the file has more than " + LONGEST_SECRET + " bytes, too many for a secret.");
            }
            return TextFile.read(file).trim();
        } catch (UTFDataFormatException e) {
            throw bad(noun, given, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw bad(
                    noun,
                    given,
                    e instanceof NoSuchFileException
                            ? "there is no such file."
                            : "the file cannot be read (" + e.getClass().getSimpleName() + ").");
        }
    }

    /** What may be meant where a host should be, as the end of a sentence. */
    private static String withoutHost(String url) {
        if (url.contains("::")) {
            return "; an IPv6 address stands in brackets: http://[::1]:8080.";
        }
        if (!url.contains("://")) {
            return ": two slashes stand in front of it, as in http://api.example.com.";
        }
        return url.contains(":///") ? "." : ": a host's name has only letters from a to z, digits, hyphens and dots.";
    }

    /** An absolute http or https address. */
    public static URI httpUrl(String noun, String value) {
        try {
            URI uri = new URI(value.trim());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw bad(noun, withoutQuery(value), "it must start with http:// or https://.");
            }
            if (uri.getHost() == null) {
                throw bad(noun, withoutQuery(value), "it has no host" + withoutHost(value.trim()));
            }
            if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
                throw bad(noun, withoutQuery(value), "its port must be from 1 to " + MAX_PORT + ".");
            }
            if (uri.getUserInfo() != null) {
                throw bad(
                        noun,
                        uri.getScheme() + "://...@" + uri.getHost(),
                        "a user name or password does not belong into an"
                                + " address, which is shown in messages; use saddlebag.call.header.Authorization.");
            }
            // clients compare the scheme as it is written
            return uri.getScheme().equals(scheme)
                    ? uri
                    : new URI(scheme + value.trim().substring(scheme.length()));
        } catch (URISyntaxException e) {
            if (!value.contains("://")) {
                throw bad(noun, withoutQuery(value), "it must start with http:// or https://.");
            }
            if (value.trim().endsWith("://")) {
                throw bad(noun, withoutQuery(value), "it has no host.");
            }
            throw bad(
                    noun,
                    withoutQuery(value),
                    "it is no valid address (at character " + (e.getIndex() + 1) + ")." + addressRule(value.trim()));
        }
    }

    /** What helps with an address that is none; empty: nobody knows. */
    private static String addressRule(String value) {
        if (value.contains("{")) {
            return " For a part of each item write ${url:/id}, with --mode single.";
        }
        if (value.startsWith("'") || value.startsWith("\"")) {
            return " Leave out the quotes: nothing takes them away here.";
        }
        return value.contains(" ")
                ? " It has a space: that is %20 in an address, and a comment in a file of properties has its own line."
                : "";
    }

    /** An address as it may be shown: queries hold keys, and what stands in front of an {@code @} may hold a password. */
    public static String withoutQuery(String url) {
        String shown = url.split("[?#]", 2)[0];
        if (url.indexOf('@') < 0 || isPlain(shown)) {
            return shown;
        }
        int scheme = shown.indexOf("://");
        return scheme < 0 ? "..." : shown.substring(0, scheme) + "://...";
    }

    /** Whether nothing in the address can be a user name or a part of a password. */
    private static boolean isPlain(String url) {
        try {
            URI uri = new URI(url);
            return uri.getHost() != null && uri.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
