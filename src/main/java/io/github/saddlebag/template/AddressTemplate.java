package io.github.saddlebag.template;

import com.fasterxml.jackson.core.JsonPointer;
import io.github.saddlebag.batch.Item;
import io.github.saddlebag.json.Fields;
import io.github.saddlebag.json.Json;
import io.github.saddlebag.setting.Setting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address with marks <code>${url:/pointer}</code> for strings, numbers and booleans of an item (RFC 6901). Values come
 * from outside: they stand in path and query only, percent-encoded but for what RFC 3986 calls unreserved, and none can
 * leave the folder that the configuration names.
 */
public final class AddressTemplate {

    private static final Pattern MARK = Pattern.compile("\\$\\{([^}]*)}");
    private static final String UNRESERVED = "-._~";

    private final String noun;
    private final String text;
    private final List<String> literals = new ArrayList<>();
    private final List<JsonPointer> pointers = new ArrayList<>();

    /**
     * @param noun the property, for messages
     * @param text the address; scheme, host and port, if it has any, without marks
     * @throws IllegalArgumentException a mark is none, or stands where none may
     */
    public AddressTemplate(String noun, String text) {
        this.noun = noun;
        this.text = text;
        String masked =
                MARK.matcher(text).replaceAll(mark -> "x".repeat(mark.group().length()));
        int scheme = masked.indexOf("://");
        int path = scheme < 0 ? 0 : firstOf("/?#", masked, scheme + 3);
        int fragment = firstOf("#", masked, 0);
        Matcher mark = MARK.matcher(text);
        int at = 0;
        while (mark.find()) {
            if (mark.start() < path || mark.start() > fragment) {
                throw bad("placeholders may stand only in its path and its query; scheme, host and port never come from"
                        + " an item.");
            }
            if (!mark.group(1).startsWith("url:")) {
                throw bad("a placeholder in an address is ${url:/pointer}, not " + mark.group() + ".");
            }
            String pointer = mark.group(1).substring(4);
            if (!pointer.isEmpty() && !pointer.startsWith("/")) {
                throw bad("its placeholder " + mark.group() + " needs a JSON pointer, which starts with a slash:"
                        + " ${url:/" + pointer + "}.");
            }
            literals.add(text.substring(at, mark.start()));
            pointers.add(Json.pointer(noun, pointer));
            at = mark.end();
        }
        literals.add(text.substring(at));
        if (!pointers.isEmpty() && leavesFolder(example())) {
            throw bad("an address with placeholders has no segments that are . or ..");
        }
    }

    private IllegalArgumentException bad(String rule) {
        return Setting.bad(noun, Setting.withoutQuery(text), rule);
    }

    private static int firstOf(String characters, String text, int from) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /** Whether a text is one. */
    public static boolean isOne(String text) {
        return text.contains("${");
    }

    /** An address of the same kind, for checks: with a letter in the place of each mark. */
    public String example() {
        return MARK.matcher(text).replaceAll("x");
    }

    /** What is the same in all addresses: up to the folder, or the query, in which the first mark stands. */
    public String fixed() {
        String first = literals.get(0);
        int query = first.indexOf('?');
        return query >= 0 ? first.substring(0, query) : first.substring(0, first.lastIndexOf('/') + 1);
    }

    /** Why the item has no address, as a sentence; null: it has one. */
    public @Nullable String refusal(Item item) {
        @Nullable String[] values = values(item);
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            String wrong = value == null
                    ? "has no string, number or boolean"
                    : value.isEmpty()
                            ? "has an empty string"
                            : isUnicode(value) ? null : "has a string that is no Unicode";
            if (wrong != null) {
                JsonPointer pointer = pointers.get(i);
                return "The item " + wrong + " at '" + pointer + "', which the address needs (saddlebag." + noun + ")"
                        + (value == null ? Fields.instead(item.wire(), pointer, "url:") : ".");
            }
        }
        return leavesFolder(joined(values))
                ? "The item's values would make a segment . or .. in the address, which leads to another folder"
                        + " (saddlebag." + noun + ")."
                : null;
    }

    /** The address of an item that {@link #refusal} lets pass. */
    public String of(Item item) {
        return joined(values(item));
    }

    private @Nullable String[] values(Item item) {
        @Nullable String[] values = new String[pointers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ItemTemplate.scalar(item, pointers.get(i));
        }
        return values;
    }

    private String joined(@Nullable String[] values) {
        StringBuilder address = new StringBuilder(text.length() + 32).append(literals.get(0));
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            encode(value == null ? "" : value, address);
            address.append(literals.get(i + 1));
        }
        return address.toString();
    }

    private static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** Encoded slashes count as slashes: there are servers that decode them first, and then go up. */
    private static boolean leavesFolder(String address) {
        int scheme = address.indexOf("://");
        int begin = scheme < 0 ? 0 : firstOf("/?#", address, scheme + 3);
        String path = address.substring(begin, Math.max(begin, firstOf("?#", address, 0)));
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return false;
        }
        String plain = path.toUpperCase(Locale.ROOT)
                .replace("%2E", ".")
                .replace("%2F", "/")
                .replace("%5C", "/")
                .replace('\\', '/');
        for (String segment : plain.split("/")) {
            // what follows a semicolon is a parameter to some servers
            String name = segment.split(";|%3B", 2)[0];
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }

    /** Writes a part of a path or a query, so that nothing in it means something else (RFC 3986 2.3). */
    public static void encode(String value, StringBuilder out) {
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            boolean unreserved =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || UNRESERVED.indexOf(c) >= 0;
            if (unreserved) {
                out.append((char) c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
    }
}
