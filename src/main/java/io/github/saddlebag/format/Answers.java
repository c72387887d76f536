package io.github.saddlebag.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The answers that stand in one response, as slices of its text; behind them the failures of a list of their own. */
public final class Answers {

    /** What an item has for a result that was done without one. */
    static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private static final Said NOTHING = Said.done(0);
    private static final int FIELDS = 5;

    private final byte[] text;
    private @Nullable String[] ids;
    /** For each answer: where it and its result begin and end (-1: it has no result), and its status. */
    private int[] fields;

    /** Of those that failed, what they say. */
    private @Nullable Said[] said = new Said[0];

    private @Nullable Refusal refusal;
    private @Nullable String unknown;
    private @Nullable String nameless;
    private boolean isLone;
    private boolean isCut;
    private int listed = -1;
    private int size;

    /**
     * Why the endpoint refused the request as a whole, though its status says otherwise.
     *
     * @param detail what it says
     * @param tooLarge whether it says that the batch is too large
     * @param throttled whether it says that there are too many calls
     */
    public record Refusal(String detail, boolean tooLarge, boolean throttled) {}

    public Answers(byte[] text, int expected) {
        int capacity = Math.max(1, expected);
        this.text = text;
        this.ids = new String[capacity];
        this.fields = new int[capacity * FIELDS];
    }

    /** No answers: the endpoint refused the request as a whole. */
    public static Answers refused(String detail, boolean tooLarge, boolean throttled) {
        Answers none = new Answers(new byte[0], 0);
        none.refusal = new Refusal(detail, tooLarge, throttled);
        return none;
    }

    /** Why the endpoint refused the request as a whole, though its status says otherwise; or null. */
    public @Nullable Refusal refusal() {
        return refusal;
    }

    /** Adds an answer; {@link #mark} says more about it. */
    public void add(@Nullable String id, int from, int to, int resultFrom, int resultTo) {
        if (size == ids.length) {
            int capacity = size * 2;
            ids = Arrays.copyOf(ids, capacity);
            fields = Arrays.copyOf(fields, capacity * FIELDS);
        }
        ids[size] = id;
        int at = size * FIELDS;
        fields[at] = from;
        fields[at + 1] = to;
        fields[at + 2] = resultFrom;
        fields[at + 3] = resultTo;
        size++;
    }

    /** Says more of the answer that was added last. */
    public void mark(Said more) {
        mark(size - 1, more);
    }

    private void mark(int index, Said more) {
        fields[index * FIELDS + 4] = more.status();
        if (more.failed()) {
            if (said.length <= index) {
                said = Arrays.copyOf(said, ids.length);
            }
            said[index] = more;
            isCut |= more.tooLarge();
            if (more.unknown() && unknown == null) {
                unknown = more.reason();
            }
        }
    }

    /** What follows are failures of a list of their own. */
    public void beginFailures() {
        listed = size;
    }

    /** It has one answer, where a list was due. */
    public void lone() {
        isLone = true;
    }

    /** Names the answer that was added last. */
    public void name(String id) {
        ids[size - 1] = id;
    }

    /** What was added last is the failure of an answer before it. */
    public void spoil(int index) {
        Said before = said(index);
        Said failure = said(size - 1);
        if (failure.failed() && (!before.failed() || before.reason() != null)) {
            mark(index, failure);
        }
        removeLast();
    }

    /** Takes back all that was added. */
    public void clear() {
        while (size > 0) {
            removeLast();
        }
        isCut = false;
        unknown = null;
    }

    public void removeLast() {
        size--;
        ids[size] = null;
        fields[size * FIELDS + 4] = 0;
        if (size < said.length) {
            said[size] = null;
        }
    }

    boolean isLone() {
        return isLone;
    }

    /** What the answer that was added last has for a result: nothing, and nothing is missing. */
    public void nothing() {
        fields[(size - 1) * FIELDS + 2] = 0;
        fields[(size - 1) * FIELDS + 3] = 0;
    }

    public int size() {
        return size;
    }

    /** How many stand where answers are due; those behind them stand in a list of failures. */
    public int answered() {
        return listed < 0 ? size : listed;
    }

    /** What of the answers nobody told us: a word, or where their ids stand; null: nothing. */
    public @Nullable String unknown() {
        return unknown;
    }

    /** None of the answers has the id that each should have; null: they have. */
    public void nameless(@Nullable String why) {
        nameless = why;
        unknown = unknown == null ? why : unknown;
    }

    /** Why no answer has the id that each should have; null: they have. */
    @Nullable
    String nameless() {
        return nameless;
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

    /** Why its item failed, where that is not for the endpoint to say; or null. */
    @Nullable
    public String reason(int index) {
        return said(index).reason();
    }

    /** What the answer says of its item's failure, or null. */
    public @Nullable String detail(int index) {
        Said what = said(index);
        if (!what.failed() || what.reason() != null) {
            return null;
        }
        return what.detail() != null ? what.detail() : ErrorText.of(whole(index));
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
        return said(index).failed();
    }

    /** Whether the item may be tried again. */
    public boolean isRetry(int index) {
        return said(index).retry();
    }

    /** Whether nothing was done for the item, as there are too many. */
    boolean isRefused(int index) {
        return said(index).refused();
    }

    /** Whether the item may go well in a smaller batch. */
    boolean isTooLarge(int index) {
        return said(index).tooLarge();
    }

    /** Whether the batch was too large for some of its items. */
    public boolean isCut() {
        return isCut;
    }

    /** When the item is to come back, as an HTTP {@code Retry-After} says it; null: the answer does not say. */
    public @Nullable String retryAfter(int index) {
        return said(index).retryAfter();
    }

    /** The error that alone speaks against the answer, where nobody said that it is one; or null. */
    @Nullable
    JsonNode doubt(int index) {
        return said(index).doubt();
    }

    private Said said(int index) {
        Said what = index < said.length ? said[index] : null;
        return what == null ? NOTHING : what;
    }

    /** Whether two answers are the same text. */
    boolean same(int index, int other) {
        int a = index * FIELDS;
        int b = other * FIELDS;
        return Arrays.equals(text, fields[a], fields[a + 1], text, fields[b], fields[b + 1]);
    }
}
