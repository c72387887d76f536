package io.github.saddlebag.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The answers that stand in one response, as slices of its text. */
public final class Answers {

    /** What an item has for a result that was done without one. */
    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private static final int FIELDS = 5;

    private final byte[] text;
    private @Nullable String[] ids;
    /** For each answer: where it and its result begin and end (-1: it has no result), and its status. */
    private int[] fields;

    private boolean[] failed;
    private boolean[] retry;
    private @Nullable String[] details;
    private @Nullable String[] retryAfter;
    private @Nullable String refusal;
    private int size;

    Answers(byte[] text, int expected) {
        int capacity = Math.max(1, expected);
        this.text = text;
        this.ids = new String[capacity];
        this.fields = new int[capacity * FIELDS];
        this.failed = new boolean[capacity];
        this.retry = new boolean[capacity];
        this.details = new String[0];
        this.retryAfter = new String[0];
    }

    /** No answers: the endpoint refused the request as a whole, and has this to say. */
    static Answers refused(String detail) {
        Answers none = new Answers(new byte[0], 0);
        none.refusal = detail;
        return none;
    }

    /** What the endpoint says of the request as a whole, which it refused though its status says otherwise; or null. */
    public @Nullable String refusal() {
        return refusal;
    }

    /** Adds an answer; {@link #mark} says more about it. */
    void add(@Nullable String id, int from, int to, int resultFrom, int resultTo) {
        if (size == ids.length) {
            int capacity = size * 2;
            ids = Arrays.copyOf(ids, capacity);
            fields = Arrays.copyOf(fields, capacity * FIELDS);
            failed = Arrays.copyOf(failed, capacity);
            retry = Arrays.copyOf(retry, capacity);
        }
        ids[size] = id;
        int at = size * FIELDS;
        fields[at] = from;
        fields[at + 1] = to;
        fields[at + 2] = resultFrom;
        fields[at + 3] = resultTo;
        size++;
    }

    /**
     * Says more of the answer that was added last.
     *
     * @param status a status of its own; 0: none
     * @param itemFailed whether its item failed, and
     * @param itemRetry perhaps may be tried again
     * @param detail what it says of the failure, or null
     */
    void mark(int status, boolean itemFailed, boolean itemRetry, @Nullable String detail) {
        fields[(size - 1) * FIELDS + 4] = status;
        failed[size - 1] = itemFailed;
        retry[size - 1] = itemRetry;
        if (detail != null) {
            if (details.length < size) {
                details = Arrays.copyOf(details, ids.length);
            }
            details[size - 1] = detail;
        }
    }

    /** When the item of the answer that was added last is to come back, as an HTTP {@code Retry-After} says it. */
    void retryAfter(String when) {
        if (retryAfter.length < size) {
            retryAfter = Arrays.copyOf(retryAfter, ids.length);
        }
        retryAfter[size - 1] = when;
    }

    /** What the answer that was added last has for a result: nothing, and nothing is missing. */
    void nothing() {
        fields[(size - 1) * FIELDS + 2] = 0;
        fields[(size - 1) * FIELDS + 3] = 0;
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
        int at = index * FIELDS;
        if (fields[at + 2] < 0) {
            return null;
        }
        // no JSON value is empty
        return fields[at + 2] == fields[at + 3]
                ? NULL.clone()
                : Arrays.copyOfRange(text, fields[at + 2], fields[at + 3]);
    }

    /** What the answer says of its item's failure, or null. */
    public @Nullable String detail(int index) {
        return index < details.length && details[index] != null ? details[index] : ErrorText.of(whole(index));
    }

    /** The whole answer. */
    public byte[] whole(int index) {
        int at = index * FIELDS;
        return Arrays.copyOfRange(text, fields[at], fields[at + 1]);
    }

    /** The status that the answer has for its item alone; 0: none. */
    public int status(int index) {
        return fields[index * FIELDS + 4];
    }

    /** Whether the answer says that its item failed. */
    public boolean isFailed(int index) {
        return failed[index];
    }

    /** Whether the item may be tried again. */
    public boolean isRetry(int index) {
        return retry[index];
    }

    /** When the item is to come back, as an HTTP {@code Retry-After} says it; null: the answer does not say. */
    public @Nullable String retryAfter(int index) {
        return index < retryAfter.length ? retryAfter[index] : null;
    }

    /** Whether two answers are the same text. */
    boolean same(int index, int other) {
        int a = index * FIELDS;
        int b = other * FIELDS;
        return Arrays.equals(text, fields[a], fields[a + 1], text, fields[b], fields[b + 1]);
    }
}
