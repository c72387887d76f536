package io.github.saddlebag.wire;

import io.github.saddlebag.format.MalformedAnswerException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the parts of a {@code multipart/mixed} text (RFC 2046 5.1) that are HTTP responses (RFC 9112). */
final class MultipartText {

    private static final Pattern STATUS = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3})(?: .*)?");
    private static final int LONGEST_BOUNDARY = 72;

    private final byte[] text;
    private int at;

    private MultipartText(byte[] text) {
        this.text = text;
    }

    /**
     * A part.
     *
     * @param contentId its Content-ID, or null
     * @param status the status of the response within
     * @param type the Content-Type of the response within; empty: it has none
     * @param retryAfter its Retry-After, or null
     * @param bodyFrom where the body of the response begins in the text
     * @param bodyTo where it ends, exclusive
     */
    record Part(
            @Nullable String contentId,
            int status,
            String type,
            @Nullable String retryAfter,
            int bodyFrom,
            int bodyTo) {}

    /** @param boundary what stands between parts; empty: it is known by the first line that begins with two dashes */
    static List<Part> parts(byte[] text, String boundary) throws MalformedAnswerException {
        return new MultipartText(text).read("--" + boundary);
    }

    private List<Part> read(String begin) throws MalformedAnswerException {
        String boundary = line();
        while (boundary != null && !boundary.startsWith(begin)) {
            boundary = line();
        }
        if (boundary == null || boundary.strip().length() > LONGEST_BOUNDARY) {
            throw malformed("has no parts");
        }
        String delimiter = boundary.strip();
        List<Part> parts = new ArrayList<>();
        if (delimiter.length() > 2 && delimiter.endsWith("--")) {
            return parts;
        }
        byte[] end = delimiter.getBytes(StandardCharsets.ISO_8859_1);
        while (true) {
            int from = at;
            int to = find(end);
            if (to < 0) {
                throw malformed("ends within a part");
            }
            parts.add(part(from, withoutBreak(from, to)));
            at = to + end.length;
            String rest = line();
            if (rest == null || rest.startsWith("--")) {
                if (rest == null) {
                    throw malformed("ends within a part");
                }
                return parts;
            }
        }
    }

    /** Where the next line begins that is a delimiter, perhaps with more behind it; -1: nowhere. */
    private int find(byte[] delimiter) {
        for (int i = at; i <= text.length - delimiter.length; i++) {
            if ((i == at || text[i - 1] == '\n')
                    && startsWith(delimiter, i)
                    && isEndOfDelimiter(i + delimiter.length)) {
                return i;
            }
        }
        return -1;
    }

    private boolean startsWith(byte[] delimiter, int from) {
        for (int i = 0; i < delimiter.length; i++) {
            if (text[from + i] != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean isEndOfDelimiter(int i) {
        return i == text.length || text[i] <= ' ' || text[i] == '-' && i + 1 < text.length && text[i + 1] == '-';
    }

    /** The line break in front of a delimiter belongs to the delimiter. */
    private int withoutBreak(int from, int to) {
        int end = to;
        if (end > from && text[end - 1] == '\n') {
            end--;
        }
        return end > from && text[end - 1] == '\r' ? end - 1 : end;
    }

    private Part part(int from, int to) throws MalformedAnswerException {
        at = from;
        String contentId = null;
        String header = line();
        while (header != null && !header.isEmpty() && at <= to) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-id:")) {
                contentId = header.substring("content-id:".length()).strip();
            }
            header = line();
        }
        String start = at < to ? line() : null;
        Matcher status = STATUS.matcher(start == null ? "" : start);
        if (!status.matches()) {
            throw malformed("has a part that is no HTTP response");
        }
        String type = "";
        String retryAfter = null;
        header = line();
        while (header != null && !header.isEmpty() && at <= to) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-type:")) {
                type = header.substring("content-type:".length()).strip();
            } else if (header.toLowerCase(Locale.ROOT).startsWith("retry-after:")) {
                retryAfter = header.substring("retry-after:".length()).strip();
            }
            header = line();
        }
        int bodyFrom = Math.min(at, to);
        int bodyTo = to;
        while (bodyTo > bodyFrom && text[bodyTo - 1] <= ' ' && text[bodyTo - 1] >= 0) {
            bodyTo--;
        }
        return new Part(contentId, Integer.parseInt(status.group(1)), type, retryAfter, bodyFrom, bodyTo);
    }

    /** The next line without its break; null at the end. */
    private @Nullable String line() {
        if (at >= text.length) {
            return null;
        }
        int end = at;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        int to = end > at && text[end - 1] == '\r' ? end - 1 : end;
        String line = new String(text, at, to - at, StandardCharsets.ISO_8859_1);
        at = Math.min(text.length, end + 1);
        return line;
    }

    private MalformedAnswerException malformed(String what) {
        return new MalformedAnswerException("the response " + what + "; it has " + text.length + " bytes");
    }
}
