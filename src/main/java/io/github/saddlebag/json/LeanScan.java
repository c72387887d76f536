package io.github.saddlebag.json;

import static io.github.saddlebag.json.LeanTokens.at;
import static io.github.saddlebag.json.LeanTokens.isDigit;
import static io.github.saddlebag.json.LeanTokens.isEnd;
import static io.github.saddlebag.json.LeanTokens.name;
import static io.github.saddlebag.json.LeanTokens.number;
import static io.github.saddlebag.json.LeanTokens.space;
import static io.github.saddlebag.json.LeanTokens.string;
import static io.github.saddlebag.json.LeanTokens.valueOf;
import static io.github.saddlebag.json.LeanTokens.word;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds in JSON what {@link ValueScan} finds, without a parser. What it is sure of is JSON in UTF-8, and the parser would
 * say the same of it; of all else, whether it is wrong or merely unusual, it is not sure, and the parser decides.
 */
public final class LeanScan {

    public static final int UNSURE = -1;

    /** Most JSON is flat. */
    private static final int MAX_DEPTH = 32;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

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

    private final PointerSteps list;
    private final PointerSteps id;
    private final @Nullable PointerSteps part;
    private final @Nullable PointerSteps error;
    /** How many bytes the name of a list of errors takes, with the quote that ends it; -1: there is none. */
    private final int plural;

    /**
     * @param list where a list stands in a text
     * @param id where an id stands in a value
     * @param part where the part stands of which begin and end are noted; null: nowhere
     * @param error where what may be an error stands, and, by a name with an s behind it, a list of such; null: nowhere
     */
    public LeanScan(JsonPointer list, JsonPointer id, @Nullable JsonPointer part, @Nullable JsonPointer error) {
        this.list = PointerSteps.of(list);
        this.id = PointerSteps.of(id);
        this.part = part == null ? null : PointerSteps.of(part);
        this.error = error == null ? null : PointerSteps.of(error);
        this.plural = this.error == null ? -1 : this.error.plural();
    }

    /** Whether the text is one value, and nothing more; if so, what is in it is found. */
    public boolean isOne(byte[] json, ValueScan found) {
        return isEnd(json, value(json, space(json, 0), found));
    }

    /** Reads a value. Returns where it ends, exclusive, or {@link #UNSURE}. */
    public int value(byte[] json, int from, ValueScan found) {
        found.id = null;
        found.from = -1;
        found.errorFrom = -1;
        found.errorsFrom = -1;
        found.denied = false;
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
            return first == '[' && list.isIndex(done) ? UNSURE : skip(json, from, depth);
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
                if (errorDone >= 0 && found != null && Flags.mayBeFalse(json, at)) {
                    found.denied |= Flags.isOne(json, name, end - 1);
                }
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
}
