package io.github.saddlebag.http;

import org.jspecify.annotations.Nullable;

/** Sees each request of the mode {@code single} before it goes out, and each response. */
public interface CallWatch {

    /**
     * A request is about to be sent.
     *
     * @param request as it goes out, with its secrets
     * @return why it must not be sent; null: it is
     */
    @Nullable
    String begins(Rehearsal.Request request);

    /**
     * Its response has come to its end.
     *
     * @param codings its {@code Content-Encoding}
     * @param body as it came: perhaps compressed
     */
    void answered(Rehearsal.Request request, int status, @Nullable String codings, byte[] body);

    /** There is no response to it. */
    void failed(Rehearsal.Request request, Exception why);
}
