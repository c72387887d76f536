package io.github.saddlebag.batch;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an {@link Item} is: what its caller sent, where it came from, and what it is known by. */
abstract class ItemContent {

    private static final int BYTES_PER_PERMIT = 16 * 1024;

    private final @Nullable Object body;
    private final Map<String, Object> headers;
    private final @Nullable Position position;

    private @Nullable String id;
    private boolean numericId;
    private boolean unnamed;
    private byte @Nullable [] content;

    ItemContent(@Nullable Object body, Map<String, Object> headers, @Nullable Position position) {
        this.body = body;
        this.headers = headers;
        this.position = position;
    }

    public final @Nullable Object body() {
        return body;
    }

    public final Map<String, Object> headers() {
        return headers;
    }

    public final @Nullable Position position() {
        return position;
    }

    /** The key that answers name it by; null as long as nobody has read one. */
    public final @Nullable String id() {
        return id;
    }

    /** Whether the id is a number, and so is written without quotes. */
    public final boolean numericId() {
        return numericId;
    }

    public final void identify(String newId, boolean numeric) {
        id = newId;
        numericId = numeric;
        unnamed = false;
    }

    /** No id stands in it: it is known by what its source knows it by, or by where it stands, if it stands anywhere. */
    public final void identifyByPlace() {
        if (position != null) {
            String known = position.ownId();
            id = known == null ? position.nameWithoutId() : known;
            numericId = known == null && position.isNumbered();
            unnamed = known == null;
        }
    }

    /** The id that it has of its own; null: none. */
    @Nullable
    final String ownId() {
        return unnamed ? null : id;
    }

    /** The id by which the results of its source name it; null as long as nobody has read one. */
    public final @Nullable String resultId() {
        return unnamed && position != null ? position.nameInSource() : id;
    }

    /** Whether that is a number, and so is written without quotes. */
    public final boolean numericResultId() {
        return unnamed && position != null ? position.isNumberedInSource() : numericId;
    }

    /** The bytes that stand for it in a request; null as long as nobody has read it. */
    public final byte @Nullable [] content() {
        return content;
    }

    /** Its {@link #content()}, of an item that was read. */
    public final byte[] wire() {
        return Objects.requireNonNull(content, "the item was not read");
    }

    public final void content(byte[] bytes) {
        content = bytes;
    }

    final int permits() {
        return permitsOf(body);
    }

    /** The room that an item of this body takes at the gate: one permit for each 16 KiB begun. */
    public static int permitsOf(@Nullable Object body) {
        int bytes = 0;
        if (body instanceof byte[] b) {
            bytes = b.length;
        } else if (body instanceof CharSequence s) {
            bytes = s.length();
        }
        return 1 + Math.max(0, bytes - 1) / BYTES_PER_PERMIT;
    }
}
