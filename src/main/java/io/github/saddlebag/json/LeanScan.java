package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds in JSON what {@link ValueScan} finds, without a parser. What it is sure of is JSON in UTF-8, and the parser would
 * say the same of it; of all else, whether it is wrong or merely unusual, it is not sure, and the parser decides.
 */
public final class LeanScan {

    public static final int UNSURE = -1;

    /** Most JSON is flat. */
    private static final int MAX_DEPTH = 32;

    private static final int LONGEST_NAME = 1000;
    private static final int LONGEST_NUMBER = 100;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = EACH << 7;
    /** No name is like that without an escape, with which it is not read here. */
    private static final byte[] NO_NAME = {'"'};

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** The steps of a JSON pointer as they stand in a text. */
    private record Steps(byte[][] names, int[] indexes) {

        static Steps of(JsonPointer pointer) {
            int size = 0;
            for (JsonPointer rest = pointer; !rest.matches(); rest = rest.tail()) {
                size++;
            }
            byte[][] names = new byte[size][];
            int[] indexes = new int[size];
            JsonPointer rest = pointer;
            for (int i = 0; i < size; i++) {
                String name = rest.getMatchingProperty();
                boolean canStand = StandardCharsets.UTF_8.newEncoder().canEncode(name);
                names[i] = canStand ? name.getBytes(StandardCharsets.UTF_8) : NO_NAME;
                indexes[i] = rest.getMatchingIndex();
                rest = rest.tail();
            }
            return new Steps(names, indexes);
        }

        /** How many steps are done behind a name; -1: it leads elsewhere, or nowhere led here. */
        int afterName(int done, byte[] json, int from, int to) {
            if (done < 0 || done == names.length) {
                return -1;
            }
            byte[] name = names[done];
            if (name.length != to - from) {
                return -1;
            }
            for (int i = 0; i < name.length; i++) {
                if (name[i] != json[from + i]) {
                    return -1;
                }
            }
            return done + 1;
        }

        int plural() {
            return names.length == 0 ? -1 : names[names.length - 1].length + 2;
        }

        /** Whether the last step is the next one, and this name is that of it with an s behind it. */
        boolean isPlural(int done, byte[] json, int from, int to) {
            return done == names.length - 1
                    && to - from == names[done].length + 1
                    && json[to - 1] == 's'
                    && Arrays.equals(json, from, to - 1, names[done], 0, names[done].length);
        }

        int afterIndex(int done, int index) {
            return done >= 0 && done < names.length && indexes[done] == index ? done + 1 : -1;
        }

        boolean isAt(int done) {
            return done == names.length;
        }
    }

    /** Takes the elements of a list, one by one. */
    @FunctionalInterface
    public interface Elements {
        /**
         * What an element holds is in the {@link ValueScan}.
         *
         * @param from where it begins
         * @param to where it ends, exclusive
         */
        void add(int from, int to) throws IOException;
    }

    private final Steps list;
    private final Steps id;
    private final @Nullable Steps part;
    private final @Nullable Steps error;
    /** How many bytes the name of a list of errors takes, with the quote that ends it; -1: there is none. */
    private final int plural;

    /**
     * @param list where a list stands in a text
     * @param id where an id stands in a value
     * @param part where the part stands of which begin and end are noted; null: nowhere
     * @param error where what may be an error stands, and, by a name with an s behind it, a list of such; null: nowhere
     */
    public LeanScan(JsonPointer list, JsonPointer id, @Nullable JsonPointer part, @Nullable JsonPointer error) {
        this.list = Steps.of(list);
        this.id = Steps.of(id);
        this.part = part == null ? null : Steps.of(part);
        this.error = error == null ? null : Steps.of(error);
        this.plural = this.error == null ? -1 : this.error.plural();
    }

    /** Whether the text is one value, and nothing more; if so, what is in it is found. */
    public boolean isOne(byte[] json, ValueScan found) {
        return isEnd(json, value(json, space(json, 0), found));
    }

    /** Whether nothing follows. */
    public static boolean isEnd(byte[] json, int end) {
        return end >= 0 && space(json, end) == json.length;
    }

    /** Reads a value. Returns where it ends, exclusive, or {@link #UNSURE}. */
    public int value(byte[] json, int from, ValueScan found) {
        found.id = null;
        found.from = -1;
        found.errorFrom = -1;
        found.errorsFrom = -1;
        return value(json, from, 0, 0, part == null ? -1 : 0, error == null ? -1 : 0, found);
    }

    /**
     * Reads the elements of the list that stands at its place, and all else.
     *
     * @return false: it is not sure, or there is no list; what was read is not to be used
     */
    public boolean list(byte[] json, ValueScan found, Elements elements) throws IOException {
        Listed lists = new Listed(json, found, elements);
        int end = lists.descend(space(json, 0), 0, 0);
        return lists.any && isEnd(json, end);
    }

    /** The search for the lists of one text. */
    private final class Listed {
        private final byte[] json;
        private final ValueScan found;
        private final Elements elements;
        private boolean any;

        private Listed(byte[] json, ValueScan found, Elements elements) {
            this.json = json;
            this.found = found;
            this.elements = elements;
        }

        private int descend(int from, int depth, int done) throws IOException {
            int first = at(json, from);
            if (list.isAt(done)) {
                any = true;
                return first == '[' ? all(from + 1) : UNSURE;
            }
            if (first == '{' && depth < MAX_DEPTH) {
                return members(from + 1, depth, done);
            }
            return first == '[' && list.indexes[done] >= 0 ? UNSURE : skip(json, from, depth);
        }

        private int members(int from, int depth, int done) throws IOException {
            int at = space(json, from);
            if (at(json, at) == '}') {
                return at + 1;
            }
            while (true) {
                int end = name(json, at);
                int begin = end < 0 ? UNSURE : valueOf(json, end);
                if (begin < 0) {
                    return UNSURE;
                }
                int next = list.afterName(done, json, at + 1, end - 1);
                at = next < 0 ? skip(json, begin, depth + 1) : descend(begin, depth + 1, next);
                at = space(json, at);
                int b = at(json, at);
                if (b != ',') {
                    return b == '}' ? at + 1 : UNSURE;
                }
                at = space(json, at + 1);
            }
        }

        private int all(int from) throws IOException {
            int at = space(json, from);
            if (at(json, at) == ']') {
                return at + 1;
            }
            while (true) {
                int end = value(json, at, found);
                if (end < 0) {
                    return UNSURE;
                }
                elements.add(at, end);
                at = space(json, end);
                int b = at(json, at);
                if (b != ',') {
                    return b == ']' ? at + 1 : UNSURE;
                }
                at = space(json, at + 1);
            }
        }
    }

    private int value(byte[] json, int from, int depth, int idDone, int partDone, int errorDone, ValueScan found) {
        boolean isId = id.isAt(idDone);
        boolean isPart = part != null && part.isAt(partDone);
        boolean isError = error != null && error.isAt(errorDone);
        int first = at(json, from);
        int end;
        if (first == '{' || first == '[') {
            found.id = isId ? null : found.id;
            int idNext = isId ? -1 : idDone;
            int partNext = isPart ? -1 : partDone;
            int errorNext = isError ? -1 : errorDone;
            end = inside(json, from, depth, idNext, partNext, errorNext, found);
        } else {
            end = skip(json, from, depth);
            if (isId && end > 0) {
                end = nameBy(json, from, end, found);
            }
        }
        if (isPart) {
            found.from = from;
            found.to = end;
        }
        if (isError) {
            found.errorFrom = first == '{' || first == '[' || first == '"' ? from : -1;
            found.errorTo = end;
        }
        return end;
    }

    /** Takes a string or a number as the id. Returns its end; or {@link #UNSURE}, as there is an escape in it. */
    private static int nameBy(byte[] json, int from, int end, ValueScan found) {
        int first = json[from];
        found.id = null;
        found.numericId = first == '-' || isDigit(first);
        if (found.numericId) {
            found.id = new String(json, from, end - from, StandardCharsets.ISO_8859_1);
        } else if (first == '"') {
            int or = 0;
            for (int i = from; i < end; i++) {
                or |= json[i];
                if (json[i] == '\\') {
                    return UNSURE;
                }
            }
            Charset charset = or < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
            found.id = new String(json, from + 1, end - from - 2, charset);
        }
        return end;
    }

    /** Reads what is in an object or a list. A text without any of the places is read by it as well. */
    private int inside(
            byte[] json, int from, int depth, int idDone, int partDone, int errorDone, @Nullable ValueScan found) {
        if (depth == MAX_DEPTH) {
            return UNSURE;
        }
        boolean isObject = json[from] == '{';
        int close = isObject ? '}' : ']';
        int at = space(json, from + 1);
        if (at(json, at) == close) {
            return at + 1;
        }
        for (int index = 0; ; index++) {
            int idNext;
            int partNext;
            int errorNext;
            if (isObject) {
                int name = at + 1;
                int end = name(json, at);
                idNext = id.afterName(idDone, json, name, end - 1);
                partNext = part == null ? -1 : part.afterName(partDone, json, name, end - 1);
                errorNext = error == null ? -1 : error.afterName(errorDone, json, name, end - 1);
                at = valueOf(json, end);
                if (end - name == plural && errorDone >= 0) {
                    noteErrors(json, name, end - 1, at, errorDone, found);
                }
            } else {
                idNext = id.afterIndex(idDone, index);
                partNext = part == null ? -1 : part.afterIndex(partDone, index);
                errorNext = error == null ? -1 : error.afterIndex(errorDone, index);
            }
            at = space(
                    json,
                    found == null || (idNext & partNext & errorNext) < 0
                            ? skip(json, at, depth + 1)
                            : value(json, at, depth + 1, idNext, partNext, errorNext, found));
            int b = at(json, at);
            if (b != ',') {
                return b == close ? at + 1 : UNSURE;
            }
            at = space(json, at + 1);
        }
    }

    private void noteErrors(byte[] json, int name, int nameEnd, int at, int errorDone, @Nullable ValueScan found) {
        if (found != null && error != null && error.isPlural(errorDone, json, name, nameEnd)) {
            found.errorsFrom = at(json, at) == '[' ? at : -1;
        }
    }

    private int skip(byte[] json, int from, int depth) {
        int first = at(json, from);
        return switch (first) {
            case '"' -> string(json, from + 1);
            case '{', '[' -> inside(json, from, depth, -1, -1, -1, null);
            case 't' -> word(json, from, TRUE);
            case 'f' -> word(json, from, FALSE);
            case 'n' -> word(json, from, NULL);
            default -> first == '-' || isDigit(first) ? number(json, from) : UNSURE;
        };
    }

    /** Where a name ends that begins here, exclusive. */
    private static int name(byte[] json, int from) {
        if (at(json, from) != '"') {
            return UNSURE;
        }
        int most = Math.min(json.length, from + LONGEST_NAME);
        int at = from + 1;
        while (at < most) {
            int b = json[at];
            if (b == '"') {
                return at + 1;
            }
            int length = b < 0 ? Utf8.lengthAt(json, at) : b < ' ' || b == '\\' ? 0 : 1;
            if (length == 0) {
                return UNSURE;
            }
            at += length;
        }
        return UNSURE;
    }

    /** Where the value begins that belongs to a name which ends here. */
    private static int valueOf(byte[] json, int nameEnd) {
        int colon = space(json, nameEnd);
        return at(json, colon) == ':' ? space(json, colon + 1) : UNSURE;
    }

    /** Where a string ends, exclusive, whose content begins here. */
    private static int string(byte[] json, int from) {
        int last = json.length - Long.BYTES;
        int at = from;
        while (true) {
            long odd = 0;
            while (at <= last && (odd = odd((long) EIGHT.get(json, at))) == 0) {
                at += Long.BYTES;
            }
            at += odd == 0 ? 0 : Long.numberOfTrailingZeros(odd) >> 3;
            int b = at(json, at);
            if (b == '"') {
                return at + 1;
            }
            int length = b < 0 ? Utf8.lengthAt(json, at) : b == '\\' ? escape(json, at) : b < ' ' ? 0 : 1;
            if (length == 0) {
                return UNSURE;
            }
            at += length;
        }
    }

    /** The highest bit of the first byte that is a quote, a backslash, below a space or not ASCII; perhaps of later ones. */
    private static long odd(long eight) {
        return ((eight - (EACH * ' ')) | ((eight ^ (EACH * '"')) - EACH) | ((eight ^ (EACH * '\\')) - EACH) | eight)
                & HIGH_BITS;
    }

    /** How many bytes are an escape; 0: it is none. */
    private static int escape(byte[] json, int at) {
        int kind = at(json, at + 1);
        if (kind != 'u') {
            return kind > 0 && "\"\\/bfnrt".indexOf(kind) >= 0 ? 2 : 0;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (Character.digit(at(json, i), 16) < 0) {
                return 0;
            }
        }
        return 6;
    }

    private static int word(byte[] json, int from, byte[] word) {
        int end = from + word.length;
        return end <= json.length && Arrays.equals(json, from, end, word, 0, word.length) ? ended(json, end) : UNSURE;
    }

    private static int number(byte[] json, int from) {
        int at = at(json, from) == '-' ? from + 1 : from;
        int end = digits(json, at);
        if (end == at || at(json, at) == '0' && end > at + 1) {
            return UNSURE;
        }
        if (at(json, end) == '.') {
            at = end + 1;
            end = digits(json, at);
            if (end == at) {
                return UNSURE;
            }
        }
        if ((at(json, end) | 0x20) == 'e') {
            at = at(json, end + 1) == '-' || at(json, end + 1) == '+' ? end + 2 : end + 1;
            end = digits(json, at);
            if (end == at) {
                return UNSURE;
            }
        }
        return end - from > LONGEST_NUMBER ? UNSURE : ended(json, end);
    }

    private static int digits(byte[] json, int from) {
        int at = from;
        while (isDigit(at(json, at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(int b) {
        return b >= '0' && b <= '9';
    }

    /** The same, if what ends there has no more letters. */
    private static int ended(byte[] json, int end) {
        int next = at(json, end);
        boolean isEnd = end == json.length || next == ',' || next == '}' || next == ']' || isSpace(next);
        return isEnd ? end : UNSURE;
    }

    /** Where there is no more space. */
    public static int space(byte[] json, int from) {
        int at = from;
        while (at(json, at) <= ' ' && isSpace(at(json, at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(int b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** The byte at a place; 0, which stands nowhere in JSON: there is none. */
    private static int at(byte[] json, int at) {
        return at >= 0 && at < json.length ? json[at] : 0;
    }
}
