package io.github.saddlebag.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The answers that stand in one response, as slices of its text. */
public final class Answers {

    private final byte[] text;
    private @Nullable String[] ids;
    /** Four for each answer: where the whole answer and where its result begins and ends; -1: no result. */
    private int[] slices;

    private int size;

    Answers(byte[] text, int expected) {
        this.text = text;
        this.ids = new String[expected];
        this.slices = new int[expected * 4];
    }

    void add(@Nullable String id, int from, int to, int resultFrom, int resultTo) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2 + 8);
            slices = Arrays.copyOf(slices, ids.length * 4);
        }
        ids[size] = id;
        int at = size * 4;
        slices[at] = from;
        slices[at + 1] = to;
        slices[at + 2] = resultFrom;
        slices[at + 3] = resultTo;
        size++;
    }

    public int size() {
        return size;
    }

    /** The id that the answer repeats, or null. */
    public @Nullable String id(int index) {
        return ids[index];
    }

    /** The part of the answer that is the item's result, or null: the answer has no such part. */
    public byte @Nullable [] result(int index) {
        int at = index * 4;
        return slices[at + 2] < 0 ? null : Arrays.copyOfRange(text, slices[at + 2], slices[at + 3]);
    }

    /** The whole answer. */
    public byte[] whole(int index) {
        int at = index * 4;
        return Arrays.copyOfRange(text, slices[at], slices[at + 1]);
    }

    /** Whether two answers are the same text. */
    boolean same(int index, int other) {
        int a = index * 4;
        int b = other * 4;
        return Arrays.equals(text, slices[a], slices[a + 1], text, slices[b], slices[b + 1]);
    }
}
