package io.github.saddlebag.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response whose answers are to be read.
 *
 * @param status its HTTP status; 0: it is not known, and is taken for 200
 * @param isPartial whether the status is one of those that say that not all went well
 * @param type its {@code Content-Type}; empty: it has none
 * @param body its body, in UTF-8 where the type names a character set that is known
 */
public record Response(int status, boolean isPartial, String type, byte[] body) {

    private static final String USUAL = "application/json";
    private static final byte RECORD_SEPARATOR = 0x1E;
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s\";,]+)");
    private static final Pattern BOUNDARY = Pattern.compile("(?i);\\s*boundary\\s*=\\s*(?:\"([^\"]+)\"|([^\\s;,]+))");
    private static final Pattern LINES =
            Pattern.compile("[^;]*[/.+-](?:ndjson|jsonl|jsonlines|json-lines|ldjson|json-seq)\\b.*"
                    + "|[^;]*/(?:x-)?(?:stream|jsonstream)\\+json\\b.*");

    /** @param raw the body as it came */
    public static Response of(int status, boolean isPartial, @Nullable String type, byte[] raw) {
        return new Response(status, isPartial, type == null ? "" : type, inUtf8(type, raw));
    }

    /** A body of which nothing else is known. */
    public static Response of(byte[] body) {
        return new Response(0, false, "", body);
    }

    /** What stands between the parts of a multipart text; empty: nobody says. */
    public String boundary() {
        Matcher named = BOUNDARY.matcher(type);
        return named.find() ? named.group(1) == null ? named.group(2) : named.group(1) : "";
    }

    /** @throws MalformedAnswerException it is a page of HTML, though it should be an answer */
    public void expectNoPage() throws MalformedAnswerException {
        MalformedAnswerException page = isGood() && AnswerShape.isHtml(body) ? AnswerShape.page(body) : null;
        if (page != null) {
            throw page;
        }
    }

    public static byte[] inUtf8(@Nullable String type, byte[] raw) {
        Matcher named = type == null || type.indexOf(';') < 0 ? null : CHARSET.matcher(type);
        if (named == null || !named.find()) {
            return raw;
        }
        try {
            Charset charset = Charset.forName(named.group(1));
            boolean isPart = charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
            return isPart ? raw : new String(raw, charset).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return raw;
        }
    }

    /** Whether its status says that all went well. */
    public boolean isGood() {
        return status == 0 || status >= 200 && status < 300 && !isPartial;
    }

    /** Whether its type says that it is JSON of any kind. */
    public boolean isCalledJson() {
        return type.toLowerCase(Locale.ROOT).contains("json");
    }

    /** Whether its type says that it is JSON values one after the other. */
    public boolean isSequence() {
        return isSequence(type);
    }

    /** @param type a {@code Content-Type}, or null */
    public static boolean isSequence(@Nullable String type) {
        return type != null
                && !type.isEmpty()
                && !type.equals(USUAL)
                && LINES.matcher(type.toLowerCase(Locale.ROOT)).matches();
    }

    /** The same without its type, and without the marks that begin the values of a {@code json-seq} (RFC 7464). */
    public Response plain() {
        byte[] values = body;
        if (type.toLowerCase(Locale.ROOT).contains("json-seq")) {
            values = body.clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] == RECORD_SEPARATOR ? (byte) ' ' : values[i];
            }
        }
        return new Response(status, isPartial, "", values);
    }

    public boolean isEmpty() {
        for (byte b : body) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }
}
