package io.github.saddlebag.json;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The steps of a JSON pointer as they stand in a text. */
record PointerSteps(byte[][] names, int[] indexes) {

    /** No name is like that without an escape, with which it is not read here. */
    private static final byte[] NO_NAME = {'"'};

    static PointerSteps of(JsonPointer pointer) {
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
        return new PointerSteps(names, indexes);
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

    /** Whether the step at this place may be an index. */
    boolean isIndex(int at) {
        return indexes[at] >= 0;
    }
}
